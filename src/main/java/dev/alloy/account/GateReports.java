package dev.alloy.account;

import dev.alloy.account.AccountInputs.ApprovedGate;
import dev.alloy.account.GateReport.Command;
import dev.alloy.account.GateReport.Outcome;
import dev.alloy.account.ReportedResult.Gate;
import dev.alloy.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What all witnesses tell of a run's gates, and what follows for each of them. Pure. Source: witnesses.md, rules 2 and 8. */
final class GateReports {

    private final String entryEvent;
    private final Map<String, List<ApprovedGate>> approved;
    private final List<Gate> reported;
    private final Witness reporter;
    private final List<TracedRun> traces;
    private final Map<String, GateStanding> standings = new LinkedHashMap<>();

    GateReports(AccountInputs material, List<TracedRun> traces) {
        this.entryEvent = material.approved().entryEvent();
        this.approved = material.gates().stream()
                .collect(Collectors.groupingBy(ApprovedGate::name, LinkedHashMap::new, Collectors.toList()));
        AccountInputs.Reported result = material.result();
        this.reported = result == null ? List.of() : result.result().gates();
        this.reporter = result == null ? Witness.NONE : result.witness();
        this.traces = traces;
        names().forEach(name -> standings.put(name, standingOf(name)));
    }

    /** The approved gates in their order, then those that only the repository has. */
    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>(approved.keySet());
        reported.forEach(gate -> names.add(gate.name()));
        traces.forEach(trace -> names.addAll(trace.gates()));
        names.remove("");
        return names;
    }

    /** All gates that are approved or told of. */
    List<GateStanding> all() {
        return List.copyOf(standings.values());
    }

    /** Where a gate stands. */
    GateStanding of(String name) {
        return standings.getOrDefault(name, standingOf(name));
    }

    private GateStanding standingOf(String name) {
        List<ApprovedGate> gates = approved.getOrDefault(name, List.of());
        Set<String> digests = gates.stream().map(ApprovedGate::commandDigest).collect(Collectors.toSet());
        List<GateReport> words = new ArrayList<>();
        traces.forEach(trace -> trace.of(name, digests).ifPresent(words::add));
        report(name, digests).ifPresent(words::add);
        boolean required =
                gates.isEmpty() ? isRequiredByRepository(name) : gates.stream().anyMatch(ApprovedGate::isRequired);
        return GateStanding.of(
                name,
                DecidingPhases.expected(entryEvent),
                !gates.isEmpty(),
                required,
                gates.stream().anyMatch(ApprovedGate::isForMutation),
                words);
    }

    private boolean isRequiredByRepository(String name) {
        return reported.stream().anyMatch(gate -> gate.name().equals(name) && gate.required())
                || traces.stream().anyMatch(trace -> trace.requires(name));
    }

    /** The result's word: of several entries in one phase the worst counts. */
    private Optional<GateReport> report(String name, Set<String> digests) {
        for (String phase : DecidingPhases.ofResult(entryEvent)) {
            List<Gate> entries = reported.stream()
                    .filter(gate -> gate.name().equals(name) && gate.phase().equals(phase))
                    .toList();
            if (!entries.isEmpty()) {
                boolean odd = entries.stream().anyMatch(gate -> gate.status().equals("passed") && !gate.passed());
                return Optional.of(new GateReport(
                        outcome(entries), command(entries, digests), phase, reporter, exitCode(entries), odd));
            }
        }
        return Optional.empty();
    }

    private static Outcome outcome(List<Gate> entries) {
        if (entries.stream().anyMatch(gate -> gate.ran() && !gate.passed())) {
            return Outcome.FAILED;
        }
        return entries.stream().allMatch(Gate::passed) ? Outcome.PASSED : Outcome.SKIPPED;
    }

    /** That of the worst entry. */
    private static @Nullable Integer exitCode(List<Gate> entries) {
        return entries.stream()
                .filter(gate -> !gate.passed())
                .findFirst()
                .orElse(entries.get(0))
                .exitCode();
    }

    private static Command command(List<Gate> entries, Set<String> digests) {
        List<String> told = entries.stream()
                .map(Gate::command)
                .filter(Objects::nonNull)
                .map(command -> Digest.of(command.getBytes(StandardCharsets.UTF_8)))
                .toList();
        if (told.isEmpty() || digests.isEmpty()) {
            return Command.UNTOLD;
        }
        if (!digests.containsAll(told)) {
            return Command.OTHER;
        }
        return told.size() == entries.size() ? Command.APPROVED : Command.UNTOLD;
    }

    /** Whether at least one gate is required, and all that are passed. */
    boolean requiredPassed() {
        List<GateStanding> required =
                standings.values().stream().filter(GateStanding::required).toList();
        return !required.isEmpty() && required.stream().allMatch(GateStanding::passed);
    }

    /** Whether a witness reports a gate that ran. */
    boolean anyRan() {
        return standings.values().stream().anyMatch(GateStanding::ran);
    }

    /** What the result says about a gate being required, in any phase; empty where it does not name it. */
    Optional<Boolean> toldRequired(String name) {
        List<Gate> entries =
                reported.stream().filter(gate -> gate.name().equals(name)).toList();
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(entries.stream().anyMatch(Gate::required));
    }
}
