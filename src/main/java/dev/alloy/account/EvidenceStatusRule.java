package dev.alloy.account;

import dev.alloy.account.AccountInputs.Definition;
import dev.alloy.account.AccountInputs.Observation;
import dev.alloy.account.AccountInputs.Stage;
import dev.alloy.account.GateReport.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides the status of an evidence definition. A gate alone decides evidence bound to it; any other gets the worst of
 * each observer's newest report, where for kind {@code trace} the run's traces are observers too. Silence never passes,
 * and nothing automated stands in a run that is contradicted. Pure. Source: outcome.md, “Evidence”; witnesses.md.
 */
final class EvidenceStatusRule {

    private static final List<String> WORST_FIRST =
            List.of("not_satisfied", "partially_satisfied", "unknown", "satisfied");
    private static final List<String> WORST_ITEM_FIRST =
            List.of(EvidenceStanding.FAILING, EvidenceStanding.UNKNOWN, EvidenceStanding.PASSING);
    private static final Map<String, String> ITEM_STATUS = Map.of(
            "satisfied", EvidenceStanding.PASSING,
            "partially_satisfied", EvidenceStanding.FAILING,
            "not_satisfied", EvidenceStanding.FAILING,
            "unknown", EvidenceStanding.UNKNOWN);

    private final AccountInputs material;
    private final List<TracedRun> traces;
    private final GateReports gates;
    private final @Nullable String doubt;
    private final boolean simulated;
    private final boolean fileChanged;

    /**
     * @param doubt why nothing automated stands, as a sentence; null where nothing speaks against it
     * @param simulated whether nothing ran
     * @param fileChanged whether the gate file changed during the run
     */
    EvidenceStatusRule(
            AccountInputs material,
            List<TracedRun> traces,
            GateReports gates,
            @Nullable String doubt,
            boolean simulated,
            boolean fileChanged) {
        this.material = material;
        this.traces = traces;
        this.gates = gates;
        this.doubt = doubt;
        this.simulated = simulated;
        this.fileChanged = fileChanged;
    }

    List<EvidenceStanding> all() {
        return material.definitions().stream().map(this::item).toList();
    }

    private EvidenceStanding item(Definition definition) {
        Optional<EvidenceStanding> found = definition.gate() == null ? observed(definition) : byGate(definition);
        EvidenceStanding item = found.orElseGet(() -> silent(definition));
        if (!definition.isAutomated() || material.run().stage() != Stage.ENDED) {
            return item;
        }
        if (simulated) {
            return new EvidenceStanding(
                    item.key(),
                    EvidenceStanding.UNKNOWN,
                    "The run was simulated: nothing ran, so nothing is proved.",
                    Witness.NONE,
                    item.isKnown() ? item.status() : null);
        }
        if (doubt != null) {
            return item.unknown(doubt);
        }
        return material.conflicts().isEmpty() ? item : conflicting(definition, item);
    }

    /** Two results of one attempt that differ: neither passes. */
    private EvidenceStanding conflicting(Definition definition, EvidenceStanding item) {
        String gate = definition.gate();
        boolean failedInOther = gate != null
                && material.conflicts().stream()
                        .anyMatch(conflict -> conflict.failedGates().contains(gate));
        if (failedInOther || item.status().equals(EvidenceStanding.FAILING)) {
            return new EvidenceStanding(
                    item.key(),
                    EvidenceStanding.FAILING,
                    failedInOther ? "A conflicting report says that the gate " + gate + " failed." : item.because(),
                    item.witness(),
                    null);
        }
        return item.unknown("Conflicting reports were sent for this run, so neither counts as proof.");
    }

    private Optional<EvidenceStanding> byGate(Definition definition) {
        GateStanding gate = gates.of(String.valueOf(definition.gate()));
        return switch (gate.standing()) {
            case PASSED ->
                Optional.of(
                        fileChanged && !gate.seenInTrace()
                                ? item(
                                        definition,
                                        EvidenceStanding.UNKNOWN,
                                        "The gate file changed during the run, and no trace shows the approved command.",
                                        Witness.NONE)
                                : item(definition, EvidenceStanding.PASSING, gate.because(), gate.witness()));
            case FAILED -> Optional.of(item(definition, EvidenceStanding.FAILING, gate.because(), gate.witness()));
            case COMMAND_CHANGED, UNPROVEN ->
                Optional.of(item(definition, EvidenceStanding.UNKNOWN, gate.because(), gate.witness()));
            case SKIPPED, MISSING ->
                gate.isSilent() || !definition.required()
                        ? Optional.empty()
                        : Optional.of(item(definition, EvidenceStanding.UNKNOWN, gate.because(), gate.witness()));
        };
    }

    private static EvidenceStanding item(Definition definition, String status, String because, Witness witness) {
        return new EvidenceStanding(definition.key(), status, because, witness, null);
    }

    private Optional<EvidenceStanding> observed(Definition definition) {
        List<EvidenceStanding> words = new ArrayList<>();
        if (definition.kind().equals("trace")) {
            byTraces(definition).ifPresent(words::add);
        }
        byObservers(definition).ifPresent(words::add);
        return words.stream().min(Comparator.comparing(item -> WORST_ITEM_FIRST.indexOf(item.status())));
    }

    /** Every trace that speaks counts; one that is silent takes back nothing. */
    private Optional<EvidenceStanding> byTraces(Definition definition) {
        return traces.stream()
                .flatMap(trace -> trace.verification().map(outcome -> byTrace(definition, trace, outcome)).stream())
                .min(Comparator.comparing((EvidenceStanding item) -> WORST_ITEM_FIRST.indexOf(item.status()))
                        .thenComparing(EvidenceStanding::witness));
    }

    private EvidenceStanding byTrace(Definition definition, TracedRun trace, Outcome outcome) {
        String subject = "The last verification in the trace " + trace.trace().id();
        boolean weakened = gates.all().stream().anyMatch(GateStanding::commandChanged) || fileChanged && !seenWhole();
        if (outcome == Outcome.FAILED) {
            return item(definition, EvidenceStanding.FAILING, subject + " did not pass.", trace.witness());
        }
        if (outcome == Outcome.CUT || weakened) {
            String why = weakened
                    ? " passed, but its gates or their file changed during the run."
                    : " is incomplete or contradicts itself, so it proves nothing.";
            return item(definition, EvidenceStanding.UNKNOWN, subject + why, trace.witness());
        }
        return item(definition, EvidenceStanding.PASSING, subject + " passed.", trace.witness());
    }

    /** Whether Foundry's own trace shows every approved gate with its approved command. */
    private boolean seenWhole() {
        List<GateStanding> approved =
                gates.all().stream().filter(GateStanding::approved).toList();
        return !approved.isEmpty() && approved.stream().allMatch(GateStanding::seenInTrace);
    }

    private Optional<EvidenceStanding> byObservers(Definition definition) {
        return material.observations().stream()
                .filter(observation -> observation.key().equals(definition.key()))
                .collect(Collectors.groupingBy(
                        Observation::observer,
                        Collectors.maxBy(
                                Comparator.comparing(Observation::observedAt).thenComparing(Observation::id))))
                .values()
                .stream()
                .flatMap(Optional::stream)
                .min(Comparator.comparing(observation -> WORST_FIRST.indexOf(observation.status())))
                .map(worst -> item(
                        definition,
                        ITEM_STATUS.getOrDefault(worst.status(), EvidenceStanding.UNKNOWN),
                        worst.observer() + " says " + worst.status() + ".",
                        worst.byRunner() ? Witness.REPORT : Witness.PERSON));
    }

    private EvidenceStanding silent(Definition definition) {
        return switch (material.run().stage()) {
            case OUT_OF_USE ->
                item(
                        definition,
                        "obsolete",
                        "The brief is out of use, and the evidence was not observed.",
                        Witness.NONE);
            case UNDER_WAY ->
                definition.required()
                        ? item(definition, "required", "The run has not ended.", Witness.NONE)
                        : item(definition, "proposed", "Suggested; not observed.", Witness.NONE);
            case ENDED ->
                definition.required()
                        ? item(
                                definition,
                                EvidenceStanding.UNKNOWN,
                                "The run ended without a report about it.",
                                Witness.NONE)
                        : item(definition, "proposed", "Suggested; not observed.", Witness.NONE);
        };
    }
}
