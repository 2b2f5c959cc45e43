package dev.alloy.outcome;

import dev.alloy.compilation.Approvals;
import dev.alloy.outcome.ReportedResult.Gate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What follows from the details of a result, whatever success it claims. Each is null where the details do not tell. Pure. Source:
 * foundry.md, trap 5.
 *
 * @param executed whether something that changes the working copy ran
 * @param verified whether at least one required gate decided, and all that are required passed
 * @param committed whether there are commits, or HEAD moved
 * @param pushed whether what was committed was pushed
 * @param noOp whether the run left everything as it was
 */
record Derived(
        @Nullable Boolean executed,
        @Nullable Boolean verified,
        @Nullable Boolean committed,
        @Nullable Boolean pushed,
        @Nullable Boolean noOp) {

    static Derived of(ReportedResult result, List<RequiredGate> required, GateOutcomes outcomes) {
        JsonNode changes = result.member("changes");
        Boolean someMutators = some(changes.path("mutators_executed"));
        Boolean someFiles = some(changes.path("files_changed"));
        Boolean committed = committed(some(changes.path("commits")), moved(result));
        return new Derived(
                any(someMutators, someFiles, committed),
                verified(required, outcomes),
                committed,
                pushed(changes.path("pushed"), committed),
                not(any(someFiles, committed)));
    }

    /** Whether a list holds something; null where there is no list. */
    private static @Nullable Boolean some(JsonNode list) {
        return list.isArray() ? !list.isEmpty() : null;
    }

    /** Whether HEAD is another after the run; revisions may be shortened. */
    private static @Nullable Boolean moved(ReportedResult result) {
        String before = result.text("repo_revision_before");
        String after = result.text("repo_revision_after");
        return after.isEmpty() ? null : !Approvals.areOne(before, after);
    }

    /** A list without commits proves nothing by itself: Foundry's own event carries no commit id. */
    private static @Nullable Boolean committed(@Nullable Boolean listed, @Nullable Boolean moved) {
        return Boolean.TRUE.equals(listed) ? Boolean.TRUE : moved;
    }

    private static @Nullable Boolean pushed(JsonNode claimed, @Nullable Boolean committed) {
        if (Boolean.FALSE.equals(committed)) {
            return false;
        }
        if (!claimed.isBoolean()) {
            return null;
        }
        return claimed.booleanValue() ? committed : Boolean.FALSE;
    }

    private static @Nullable Boolean verified(List<RequiredGate> required, GateOutcomes outcomes) {
        Set<String> names = required.stream().map(RequiredGate::name).collect(Collectors.toSet());
        outcomes.reported().stream().filter(Gate::required).map(Gate::name).forEach(names::add);
        if (names.isEmpty()) {
            return null;
        }
        List<Gate> spoke = names.stream()
                .map(outcomes::of)
                .flatMap(Optional::stream)
                .filter(Gate::spoke)
                .toList();
        if (!spoke.stream().allMatch(Gate::passed)) {
            return false;
        }
        return spoke.size() == names.size() ? true : null;
    }

    /** True where one is; false where all are known not to be. */
    private static @Nullable Boolean any(@Nullable Boolean... values) {
        boolean unknown = false;
        for (Boolean value : values) {
            if (Boolean.TRUE.equals(value)) {
                return true;
            }
            unknown |= value == null;
        }
        return unknown ? null : false;
    }

    private static @Nullable Boolean not(@Nullable Boolean value) {
        return value == null ? null : !value;
    }
}
