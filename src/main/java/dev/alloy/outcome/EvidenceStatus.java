package dev.alloy.outcome;

import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.outcome.ReportedResult.Gate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which an evidence item gets its status: a gate-bound definition is decided by its gate alone, any other by the worst
 * of the newest word of each observer; for kind {@code trace} a believed trace is an observer too. Silence never passes. Pure. Source: outcome.md, “Evidence”.
 *
 * @param name the status
 * @param because why, for people
 */
record EvidenceStatus(String name, String because) {

    private static final List<String> WORST_FIRST =
            List.of("not_satisfied", "partially_satisfied", "unknown", "satisfied");

    private static final List<String> WORST_ITEM_FIRST = List.of("failing", "unknown", "passing");

    private static final Map<String, String> ITEM_STATUS = Map.of(
            "satisfied", "passing", "partially_satisfied", "failing", "not_satisfied", "failing", "unknown", "unknown");

    static EvidenceStatus of(
            EvidenceDefinition definition,
            Stage stage,
            GateOutcomes outcomes,
            @Nullable TraceWord trace,
            List<EvidenceObservation> seen) {
        String gate = definition.gate();
        Optional<EvidenceStatus> decided = gate == null
                ? worst(byObservers(seen), "trace".equals(definition.kind()) ? byTrace(trace) : Optional.empty())
                : byGate(gate, outcomes);
        return decided.orElseGet(() -> silent(definition, stage));
    }

    private static Optional<EvidenceStatus> byGate(String gate, GateOutcomes outcomes) {
        return outcomes.of(gate)
                .filter(Gate::spoke)
                .map(outcome -> new EvidenceStatus(
                        outcome.passed() ? "passing" : "failing",
                        "The gate " + gate + " " + (outcome.passed() ? "passed." : "did not pass.")));
    }

    private static Optional<EvidenceStatus> byTrace(@Nullable TraceWord trace) {
        return Optional.ofNullable(trace)
                .map(word -> new EvidenceStatus(word.passed() ? "passing" : "failing", word.because()));
    }

    private static Optional<EvidenceStatus> worst(Optional<EvidenceStatus> one, Optional<EvidenceStatus> other) {
        return Stream.of(one, other)
                .flatMap(Optional::stream)
                .min(Comparator.comparing(status -> WORST_ITEM_FIRST.indexOf(status.name())));
    }

    private static Optional<EvidenceStatus> byObservers(List<EvidenceObservation> seen) {
        return seen.stream()
                .collect(Collectors.groupingBy(
                        EvidenceStatus::observer,
                        Collectors.maxBy(Comparator.comparing(EvidenceObservation::observedAt)
                                .thenComparing(EvidenceObservation::id))))
                .values()
                .stream()
                .flatMap(Optional::stream)
                .min(Comparator.comparing(observation -> WORST_FIRST.indexOf(observation.status())))
                .map(worst -> new EvidenceStatus(
                        ITEM_STATUS.getOrDefault(worst.status(), "unknown"),
                        worst.observedBy() + " says " + worst.status() + "."));
    }

    /** What is waived stands as waived, unless it holds anyway; what was found is told with it. */
    EvidenceStatus waived(EvidenceWaiver waiver) {
        return name.equals("passing")
                ? this
                : new EvidenceStatus(
                        "waived",
                        "Waived by " + waiver.waivedBy() + " until " + waiver.expiresAt() + "; without the waiver: "
                                + name + ". " + because);
    }

    /** A runner is one observer, whomever it says it speaks for. */
    private static String observer(EvidenceObservation observation) {
        return observation.observedBy().equals("foundry") ? "runner" : observation.observedBy();
    }

    /** How far the run is whose evidence is asked for. */
    enum Stage {
        /** It has not ended. */
        UNDER_WAY,
        /** It has not ended, and its brief was archived or rejected: nobody waits for its evidence any more. */
        OUT_OF_USE,
        /** It has ended. */
        ENDED
    }

    private static EvidenceStatus silent(EvidenceDefinition definition, Stage stage) {
        if (stage == Stage.OUT_OF_USE) {
            return new EvidenceStatus("obsolete", "The brief is out of use, and nobody observed it.");
        }
        if (!definition.required()) {
            return new EvidenceStatus("proposed", "Suggested; nobody observed it.");
        }
        return stage == Stage.ENDED
                ? new EvidenceStatus("unknown", "The run ended and nothing was said of it.")
                : new EvidenceStatus("required", "The run has not ended.");
    }
}
