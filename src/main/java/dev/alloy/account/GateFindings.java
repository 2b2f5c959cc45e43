package dev.alloy.account;

import dev.alloy.account.AccountInputs.ApprovedGate;
import dev.alloy.account.GateStanding.Standing;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds gates that were weakened during a run. An agent that may edit files may edit what judges it. Pure. Source:
 * outcome.md, “Ingesting a result”; witnesses.md.
 */
final class GateFindings {

    private GateFindings() {}

    /** What happened to approved gates and to the file they are read from, of a run that got as far as its gates. */
    static List<RunFinding> of(AccountInputs material, GateReports gates, boolean reachedItsGates) {
        List<RunFinding> findings = new ArrayList<>();
        if (reachedItsGates) {
            Set<String> required = new LinkedHashSet<>();
            material.gates().stream()
                    .filter(ApprovedGate::isRequired)
                    .map(ApprovedGate::name)
                    .forEach(required::add);
            required.forEach(name -> weakened(name, gates).ifPresent(findings::add));
        }
        gates.all().stream()
                .filter(GateStanding::commandChanged)
                .map(gate -> RunFinding.ofGate("gate-command-changed", gate.changedCommand(), gate.name()))
                .forEach(findings::add);
        changedFile(material.result()).ifPresent(findings::add);
        return List.copyOf(findings);
    }

    private static Optional<RunFinding> weakened(String name, GateReports gates) {
        GateStanding gate = gates.of(name);
        if (gate.standing() == Standing.SKIPPED) {
            return finding("gate-skipped", name, "it was skipped.");
        }
        if (gate.standing() == Standing.UNPROVEN) {
            return Optional.of(RunFinding.ofGate("gate-unproven", gate.because(), name));
        }
        if (gate.standing() == Standing.MISSING) {
            return gates.toldRequired(name).isPresent() && !gate.isSilent()
                    ? Optional.of(RunFinding.ofGate("gate-gone", gate.because(), name))
                    : finding("gate-gone", name, "it did not run.");
        }
        return gates.toldRequired(name).orElse(true)
                ? Optional.empty()
                : finding("gate-no-longer-required", name, "Foundry ran it as one that is not required.");
    }

    private static Optional<RunFinding> finding(String code, String gate, String what) {
        return Optional.of(
                RunFinding.ofGate(code, "The approved overlay requires the gate " + gate + "; " + what, gate));
    }

    /** Whether the gate file is a different one after the run than before it. */
    static boolean isFileChanged(AccountInputs.@Nullable Reported reported) {
        return changedFile(reported).isPresent();
    }

    private static Optional<RunFinding> changedFile(AccountInputs.@Nullable Reported reported) {
        if (reported == null) {
            return Optional.empty();
        }
        var changes = reported.result().changes();
        String before = changes.path("gate_file_digest_before").asString("");
        String after = changes.path("gate_file_digest_after").asString("");
        return before.isEmpty() || after.isEmpty() || before.equals(after)
                ? Optional.empty()
                : Optional.of(RunFinding.safety(
                        "gate-file-changed",
                        "The gate file changed during the run; gates may have been loosened to pass."));
    }
}
