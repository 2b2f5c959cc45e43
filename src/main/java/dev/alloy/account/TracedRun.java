package dev.alloy.account;

import dev.alloy.account.GateReport.Command;
import dev.alloy.account.GateReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one trace tells of its run. Facts that were cut off prove nothing: a phase that is not there whole, or whose verdict its results do
 * not explain, proves no gate. Pure.
 *
 * @param trace the trace
 * @param entryEvent of the run
 */
record TracedRun(AccountInputs.Trace trace, String entryEvent) {

    /** A block that failed, and whether the run cannot have done its work without it. */
    record Failed(String block, String message, boolean fatal) {}

    private JsonNode summary() {
        return trace.summary();
    }

    Witness witness() {
        return trace.witness();
    }

    /** The last phase of the first kind that decides and is there. */
    Optional<JsonNode> deciding() {
        for (String phase : DecidingPhases.ofTrace(entryEvent)) {
            Optional<JsonNode> last = summary()
                    .path("gate_phases")
                    .valueStream()
                    .filter(one -> one.path("phase").asString("").equals(phase))
                    .reduce((earlier, later) -> later);
            if (last.isPresent()) {
                return last;
            }
        }
        return Optional.empty();
    }

    /** Whether the phase says what it holds. Text that was printed without payloads does not: it is silent, not cut. */
    private static boolean tells(JsonNode phase) {
        return phase.path("results").isArray()
                && (phase.path("required_passed").isBoolean()
                        || phase.path("all_passed").isBoolean()
                        || !phase.path("results").isEmpty()
                        || isCut(phase));
    }

    private static boolean isCut(JsonNode phase) {
        JsonNode results = phase.path("results");
        boolean leftOut =
                phase.path("cut").booleanValue(false) || phase.path("gates").asInt(results.size()) > results.size();
        boolean unexplained = phase.path("required_passed").isBoolean()
                && !phase.path("required_passed").booleanValue()
                && results.valueStream().allMatch(TracedRun::passed);
        return leftOut || unexplained;
    }

    private boolean phasesAreCut() {
        return summary().path("counts").path("phases_left_out").asInt(0) > 0;
    }

    private static boolean passed(JsonNode result) {
        return result.path("passed").booleanValue(false)
                && result.path("exit_code").asInt(0) == 0;
    }

    /** What it tells of a gate; empty where it is silent about gates altogether. */
    Optional<GateReport> of(String gate, Set<String> approvedDigests) {
        Optional<JsonNode> found = deciding();
        if (found.isEmpty()) {
            return summary().path("gate_phases").isArray() && witness() == Witness.TRACE
                    ? Optional.of(word(phasesAreCut() ? Outcome.CUT : Outcome.ABSENT, Command.UNTOLD, "", null))
                    : Optional.empty();
        }
        JsonNode phase = found.get();
        if (!tells(phase)) {
            return Optional.empty();
        }
        String name = phase.path("phase").asString("");
        List<JsonNode> runs = phase.path("results")
                .valueStream()
                .filter(result -> result.path("name").asString("").equals(gate))
                .toList();
        Command command = command(runs, approvedDigests);
        if (runs.stream().anyMatch(run -> !passed(run))) {
            return Optional.of(word(Outcome.FAILED, command, name, worst(runs)));
        }
        if (isCut(phase) || phasesAreCut()) {
            return Optional.of(word(Outcome.CUT, command, name, null));
        }
        return Optional.of(word(runs.isEmpty() ? Outcome.ABSENT : Outcome.PASSED, command, name, worst(runs)));
    }

    private static @Nullable JsonNode worst(List<JsonNode> runs) {
        return runs.stream()
                .filter(run -> !passed(run))
                .findFirst()
                .or(() -> runs.stream().findFirst())
                .orElse(null);
    }

    private GateReport word(Outcome outcome, Command command, String phase, @Nullable JsonNode run) {
        String told = phase.isEmpty()
                ? DecidingPhases.expected(entryEvent)
                : phase.equals(DecidingPhases.VERIFY) ? phase : DecidingPhases.PREFLIGHT;
        Integer exitCode = run != null && run.path("exit_code").isInt()
                ? Integer.valueOf(run.path("exit_code").intValue())
                : null;
        return new GateReport(outcome, command, told, witness(), exitCode, false);
    }

    private static Command command(List<JsonNode> runs, Set<String> approved) {
        List<String> told = runs.stream()
                .map(run -> run.path("command_digest").asString(""))
                .toList();
        if (approved.isEmpty() || told.stream().allMatch(String::isEmpty)) {
            return Command.UNTOLD;
        }
        if (told.stream().anyMatch(digest -> !digest.isEmpty() && !approved.contains(digest))) {
            return Command.OTHER;
        }
        return told.contains("") ? Command.UNTOLD : Command.APPROVED;
    }

    /** Names of all gates in the deciding phase, with whether the repository requires them. */
    Set<String> gates() {
        return deciding()
                .map(phase -> phase.path("results")
                        .valueStream()
                        .map(result -> result.path("name").asString(""))
                        .collect(Collectors.toCollection(TreeSet::new)))
                .orElseGet(TreeSet::new);
    }

    boolean requires(String gate) {
        return deciding().stream()
                .flatMap(phase -> phase.path("results").valueStream())
                .anyMatch(result -> result.path("name").asString("").equals(gate)
                        && result.path("required").booleanValue(false));
    }

    /** How the deciding phase ended over all its required gates; empty where it says nothing, or held no gates. */
    Optional<Outcome> verification() {
        return deciding().filter(TracedRun::tells).flatMap(phase -> {
            boolean empty =
                    phase.path("results").isEmpty() && phase.path("gates").asInt(0) == 0;
            JsonNode told = phase.path("required_passed");
            boolean failedOne = phase.path("results")
                    .valueStream()
                    .anyMatch(result -> result.path("required").booleanValue(false) && !passed(result));
            if (failedOne) {
                return Optional.of(Outcome.FAILED);
            }
            if (isCut(phase) || phasesAreCut()) {
                boolean saysFailed = told.isBoolean() && !told.booleanValue();
                return empty && !saysFailed ? Optional.empty() : Optional.of(saysFailed ? Outcome.FAILED : Outcome.CUT);
            }
            return empty || !told.isBoolean()
                    ? Optional.empty()
                    : Optional.of(told.booleanValue() ? Outcome.PASSED : Outcome.FAILED);
        });
    }

    /** Whether something of the deciding verification is missing from what is known of it. */
    boolean isCut() {
        return phasesAreCut() || deciding().filter(TracedRun::isCut).isPresent();
    }

    /** Blocks that failed and gave no verdict on gates. */
    List<Failed> failed() {
        List<Failed> failed = new ArrayList<>();
        Set<String> named = new TreeSet<>();
        for (JsonNode error : summary().path("errors")) {
            String block = error.path("block").asString("");
            if (!block.isEmpty()
                    && summary().path("blocks_failed").valueStream().anyMatch(one -> one.asString("")
                            .equals(block))) {
                named.add(block);
                failed.add(new Failed(block, error.path("message").asString(""), isFatal(error, block)));
            }
        }
        summary()
                .path("blocks_failed")
                .valueStream()
                .map(block -> block.asString(""))
                .filter(block -> !named.contains(block))
                .forEach(block -> failed.add(new Failed(block, "", isFatal(null, block))));
        return failed;
    }

    /** Foundry's own file says which failure was made good; a summary only says what failed. */
    private boolean isFatal(@Nullable JsonNode error, String block) {
        if (error != null && error.path("fatal").isBoolean()) {
            return error.path("fatal").booleanValue();
        }
        boolean retried = summary().path("mutators_executed").valueStream().anyMatch(one -> one.asString("")
                .equals(FatalBlocks.RETRY));
        return FatalBlocks.isFatalBySummary(
                block, retried && verification().filter(Outcome.PASSED::equals).isPresent(), succeeded());
    }

    /** Whether some block did its work, or would have but for the throttle. */
    boolean succeeded() {
        return !summary().path("blocks_executed").isEmpty()
                || !summary().path("mutators_simulated").isEmpty();
    }

    /** Whether the file or text tells of blocks at all. */
    boolean tellsOfBlocks() {
        return summary().path("blocks_executed").isArray();
    }

    boolean commits() {
        return !summary().path("commits").isEmpty();
    }

    /** How many real commits it shows. */
    int commitCount() {
        return summary().path("commits").size();
    }

    JsonNode pushed() {
        return summary().path("pushed");
    }

    JsonNode mutatorsExecuted() {
        return summary().path("mutators_executed");
    }

    JsonNode mutatorsSimulated() {
        return summary().path("mutators_simulated");
    }

    JsonNode member(String name) {
        return summary().path(name);
    }
}
