package dev.alloy.account;

import dev.alloy.contract.Revisions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What became of the working copy, as the runner observed or else reported it. Pure.
 *
 * @param observed what was looked at
 * @param before the commit before; null if not read
 * @param after the commit after; null if not read
 * @param readBy who read the commits
 * @param reportedCommits as the report lists them; null where it holds no list
 * @param reportedFiles as the report lists them; null where it holds no list
 * @param reportedMutators as the report lists them; null where it holds no list
 * @param reportedPush whether the report says that something was pushed; null where it does not say
 */
record WorkingCopyFacts(
        RunnerObservations observed,
        @Nullable String before,
        @Nullable String after,
        Witness readBy,
        @Nullable List<String> reportedCommits,
        @Nullable List<String> reportedFiles,
        @Nullable List<String> reportedMutators,
        @Nullable Boolean reportedPush) {

    private static final int NAMED = 10;

    static WorkingCopyFacts of(AccountInputs.@Nullable Reported reported) {
        if (reported == null) {
            return new WorkingCopyFacts(RunnerObservations.NOTHING, null, null, Witness.NONE, null, null, null, null);
        }
        ReportedResult result = reported.result();
        // Code under test may hold the callback's token; it did not look for the runner.
        RunnerObservations observed =
                reported.witness() == Witness.REPORT ? result.observed() : RunnerObservations.NOTHING;
        boolean looked = observed.headBefore() != null && observed.headAfter() != null;
        JsonNode changes = result.changes();
        return new WorkingCopyFacts(
                observed,
                observed.headBefore() == null ? result.optional("repo_revision_before") : observed.headBefore(),
                observed.headAfter() == null ? result.optional("repo_revision_after") : observed.headAfter(),
                looked ? Witness.OBSERVED : reported.witness(),
                texts(changes.path("commits")),
                texts(changes.path("files_changed")),
                texts(changes.path("mutators_executed")),
                changes.path("pushed").isBoolean() ? changes.path("pushed").booleanValue() : null);
    }

    static @Nullable List<String> texts(JsonNode list) {
        return list.isArray()
                ? list.valueStream().map(item -> item.asString("")).toList()
                : null;
    }

    /** Whether HEAD names another commit afterwards; null if not both were read. */
    @Nullable
    Boolean headMoved() {
        return before == null || after == null ? null : !Revisions.areOne(before, after);
    }

    /** The commits as the report lists them, shortened, for a sentence; else the one that HEAD names. */
    String commitsInWords() {
        Optional<List<String>> listed = Optional.ofNullable(reportedCommits).filter(list -> !list.isEmpty());
        return listed.map(list -> list.stream().limit(NAMED).collect(Collectors.joining(", ")))
                .orElse(String.valueOf(after));
    }

    /** Whether the report lists something; null where it holds no list. */
    static @Nullable Boolean some(@Nullable List<String> list) {
        return list == null ? null : !list.isEmpty();
    }
}
