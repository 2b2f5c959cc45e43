package dev.alloy.console.web;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.BriefDiffs;
import dev.alloy.compilation.Briefs;
import dev.alloy.compiler.BriefChange;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.PageQuery;
import dev.alloy.run.RunRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is new since somebody last approved something in the same project: that is what a reviewer has to read. */
@Component
class ApprovalNews {

    private static final int MOST = 60;

    /** What changes with every version and tells a reviewer nothing. */
    private static final Set<String> NOISE = Set.of("schema_version", "compiler_version", "manifest_digest");

    private final Approvals approvals;
    private final Briefs briefs;
    private final BriefDiffs diffs;
    private final DatabaseClock clock;
    private final JsonMapper json;

    ApprovalNews(Approvals approvals, Briefs briefs, BriefDiffs diffs, DatabaseClock clock, JsonMapper json) {
        this.approvals = approvals;
        this.briefs = briefs;
        this.diffs = diffs;
        this.clock = clock;
        this.json = json;
    }

    /**
     * One thing that is different.
     *
     * @param was null where it is new
     * @param is null where it is gone
     */
    record Change(
            String area,
            String subject,
            @Nullable String was,
            @Nullable String is,
            boolean weakens) {}

    /**
     * The news.
     *
     * @param objective what the brief is for
     * @param since what it is compared with, as a sentence
     * @param changes those that weaken a gate first
     * @param more how many others are not shown
     */
    record News(String objective, String since, List<Change> changes, int more) {}

    News of(Caller caller, RunRequest run) {
        Brief brief = briefs.get(caller, run.formationBriefId());
        String objective =
                JsonText.of(json.readTree(brief.sourceIntentSnapshot()).at("/mission/objective"));
        Approval last =
                approvals
                        .list(caller, new PageQuery(1, null, ""), null, Map.of("projectId", run.projectId()))
                        .items()
                        .stream()
                        .findFirst()
                        .orElse(null);
        if (last == null) {
            return new News(objective, "Nothing was approved in this project before: all of it is new.", List.of(), 0);
        }
        List<Change> changes = new ArrayList<>();
        if (!last.repoRevision().equals(run.repoRevision())) {
            changes.add(new Change("revision", "", last.repoRevision(), run.repoRevision(), false));
        }
        if (last.formationBriefId().equals(brief.id())) {
            if (!last.promptPackDigest().equals(run.promptPackDigest())) {
                changes.add(
                        new Change("prompts", "edited since", last.promptPackDigest(), run.promptPackDigest(), false));
            }
        } else {
            diffs.between(caller, brief.id(), last.formationBriefId()).changes().stream()
                    .filter(change -> !NOISE.contains(change.area()))
                    .map(ApprovalNews::shown)
                    .forEach(changes::add);
        }
        changes.sort((one, other) -> Boolean.compare(other.weakens(), one.weakens()));
        String since = (changes.isEmpty() ? "Nothing is new since " : "Compared with what ") + last.approvedBy()
                + (changes.isEmpty() ? "'s last approval of scope " : " approved last, scope ")
                + last.scope().wireName() + ", "
                + Moment.of(last.createdAt(), clock.now()).relative() + ".";
        return new News(objective, since, changes.stream().limit(MOST).toList(), Math.max(0, changes.size() - MOST));
    }

    private static Change shown(BriefChange change) {
        String subject = change.subject().equals(change.area()) ? "" : change.subject();
        if (change.area().equals("prompts")) {
            return new Change(change.area(), subject, null, "reads differently; the brief has it in full", false);
        }
        return new Change(
                change.area(),
                subject,
                change.before() == null ? null : JsonText.of(change.before()),
                change.after() == null ? null : JsonText.of(change.after()),
                weakens(change));
    }

    /** A gate that is gone, is not required any more, or is now only advice. */
    private static boolean weakens(BriefChange change) {
        JsonNode before = change.before();
        JsonNode after = change.after();
        if (!change.area().equals("gates") || before == null) {
            return false;
        }
        return after == null
                || (before.path("required").asBoolean(false)
                        && !after.path("required").asBoolean(false))
                || (!JsonText.of(before.path("mode")).equals("advisory")
                        && JsonText.of(after.path("mode")).equals("advisory"));
    }
}
