package dev.alloy.outcome;

import dev.alloy.outcome.ReportedResult.Gate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds that gates were weakened while a run was under way: an agent that may edit files may edit what judges it. Pure. Source:
 * outcome.md, “Ingesting a result”.
 */
final class Weakening {

    private Weakening() {}

    /** What the result tells of gates that were required when it was approved, and of the file they are read from. */
    static List<Finding> of(ReportedResult result, List<RequiredGate> required, GateOutcomes outcomes) {
        List<Finding> findings = new ArrayList<>();
        boolean reachedItsGates = !result.text("status").equals("failed")
                && !result.text("status").equals("cancelled");
        if (reachedItsGates) {
            required.stream().map(RequiredGate::name).distinct().forEach(name -> ofGate(name, outcomes)
                    .ifPresent(findings::add));
        }
        ofFile(result).ifPresent(findings::add);
        return List.copyOf(findings);
    }

    private static Optional<Finding> ofGate(String name, GateOutcomes outcomes) {
        boolean mentioned =
                outcomes.reported().stream().anyMatch(gate -> gate.name().equals(name));
        if (!mentioned) {
            return Optional.of(Finding.safety(
                    "gate-gone", "The approved overlay requires the gate " + name + "; it did not run.", name));
        }
        Optional<Gate> outcome = outcomes.of(name);
        if (outcome.filter(gate -> !gate.spoke()).isPresent()) {
            return Optional.of(Finding.safety(
                    "gate-skipped", "The approved overlay requires the gate " + name + "; it was skipped.", name));
        }
        if (outcome.filter(gate -> !gate.required()).isPresent()) {
            return Optional.of(Finding.safety(
                    "gate-no-longer-required",
                    "The approved overlay requires the gate " + name + "; Foundry ran it as one that is not required.",
                    name));
        }
        return Optional.empty();
    }

    private static Optional<Finding> ofFile(ReportedResult result) {
        String before = result.member("changes").path("gate_file_digest_before").asString("");
        String after = result.member("changes").path("gate_file_digest_after").asString("");
        return before.isEmpty() || after.isEmpty() || before.equals(after)
                ? Optional.empty()
                : Optional.of(Finding.safety(
                        "gate-file-changed",
                        "The gate file is another after the run than before it; what passed may have been let pass.",
                        null));
    }
}
