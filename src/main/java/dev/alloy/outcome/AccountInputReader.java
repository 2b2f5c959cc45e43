package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.account.AccountInputs;
import dev.alloy.account.AccountInputs.Approved;
import dev.alloy.account.AccountInputs.ApprovedGate;
import dev.alloy.account.AccountInputs.Conflict;
import dev.alloy.account.AccountInputs.Definition;
import dev.alloy.account.AccountInputs.DisbelievedTrace;
import dev.alloy.account.AccountInputs.LeftBehind;
import dev.alloy.account.AccountInputs.Observation;
import dev.alloy.account.AccountInputs.Stage;
import dev.alloy.account.AccountInputs.Trace;
import dev.alloy.account.Cause;
import dev.alloy.account.ReportedResult;
import dev.alloy.account.Witness;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.compilation.OverlayContent;
import dev.alloy.contract.Digest;
import dev.alloy.outcome.EvidenceObservation.Seen;
import dev.alloy.outcome.KnownFacts.Known;
import dev.alloy.outcome.KnownFacts.Terms;
import dev.alloy.run.Attempt;
import dev.alloy.run.Failure;
import dev.alloy.run.LateReports;
import dev.alloy.run.RunCompletion;
import dev.alloy.run.RunEvents;
import dev.alloy.run.RunRequest;
import dev.alloy.trace.JudgedTrace;
import dev.alloy.trace.Traces;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Gathers what an account is made of. */
@Component
class AccountInputReader {

    private static final int DISBELIEVED = 5;

    private final RunCompletion reports;
    private final LateReports late;
    private final Approvals approvals;
    private final Briefs briefs;
    private final Traces traces;
    private final EvidenceObservationRepository observations;
    private final RunEvents events;

    AccountInputReader(
            RunCompletion reports,
            LateReports late,
            Approvals approvals,
            Briefs briefs,
            Traces traces,
            EvidenceObservationRepository observations,
            RunEvents events) {
        this.reports = reports;
        this.late = late;
        this.approvals = approvals;
        this.briefs = briefs;
        this.traces = traces;
        this.observations = observations;
        this.events = events;
    }

    /** All there is now of a run, whose row was just read. */
    AccountInputs of(RunRequest run, @Nullable RunResult result) {
        Caller system = Caller.system(run.organizationId());
        List<EvidenceDefinition> definitions = briefs.evidenceOf(run.organizationId(), run.formationBriefId());
        List<Observation> said = observations.all(system, Map.of("runRequestId", run.id())).stream()
                .flatMap(one -> said(definitions, one.evidenceDefinitionId(), one.id(), one.seen()).stream())
                .toList();
        List<JudgedTrace> traces = this.traces.all(run, run.foundryRunId());
        Terms terms = terms(run);
        return new AccountInputs(
                run(run, reports.newestAttempt(run).orElse(null), stage(run)),
                approved(run, terms),
                gates(run, terms),
                definitions.stream().map(AccountInputReader::definition).toList(),
                result == null
                        ? null
                        : new AccountInputs.Reported(
                                result.id(),
                                result.digest(),
                                new ReportedResult(JsonMapper.shared().readTree(result.rawResult())),
                                witness(result.reportedBy()),
                                result.createdAt()),
                result == null ? left(run) : LeftBehind.NOTHING,
                own(run, traces),
                disbelieved(run, traces),
                said,
                late.conflicts(run).stream()
                        .map(gates -> new Conflict(Set.copyOf(gates)))
                        .toList());
    }

    /**
     * The same at the moment in which a result is taken: nothing of it is stored yet.
     *
     * @param attempt that the result is of
     * @param known what the record holds so far
     * @param said what the result itself says of the evidence
     */
    AccountInputs of(
            RunRequest run,
            Attempt attempt,
            Known known,
            List<EvidenceDefinition> definitions,
            AccountInputs.Reported reported,
            List<Seen> said) {
        List<EvidenceObservation> before = known.observed()
                ? observations.all(Caller.system(run.organizationId()), Map.of("runRequestId", run.id()))
                : List.of();
        List<Observation> all = before.stream()
                .flatMap(one -> said(definitions, one.evidenceDefinitionId(), one.id(), one.seen()).stream())
                .collect(Collectors.toList());
        said.forEach(one ->
                said(definitions, one.evidenceDefinitionId(), one.id(), one).ifPresent(all::add));
        String told = reported.result().optional("foundry_run_id");
        List<JudgedTrace> traces =
                known.traced() ? this.traces.all(run, told == null ? run.foundryRunId() : told) : List.of();
        return new AccountInputs(
                run(run, attempt, Stage.UNDER_WAY).ending(),
                approved(run, known.terms()),
                gates(run, known.terms()),
                definitions.stream().map(AccountInputReader::definition).toList(),
                reported,
                LeftBehind.NOTHING,
                own(run, traces),
                disbelieved(run, traces),
                all,
                List.of());
    }

    static Witness witness(String reportedBy) {
        return reportedBy.equals("callback") ? Witness.CALLBACK : Witness.REPORT;
    }

    private static AccountInputs.Run run(RunRequest run, @Nullable Attempt attempt, Stage stage) {
        Failure failure = run.failure();
        return new AccountInputs.Run(
                run.id(),
                stage,
                run.status().wireName(),
                failure == null ? null : new Cause(failure.category(), failure.code(), failure.message()),
                run.effect().equals("read_only"),
                run.branch(),
                attempt == null ? null : attempt.repoRevisionBefore(),
                attempt == null ? null : attempt.traceId(),
                run.startedAt(),
                run.cancelRequestedAt() != null);
    }

    private Stage stage(RunRequest run) {
        if (run.status().isTerminal()) {
            return Stage.ENDED;
        }
        return briefs.outOfUse(Caller.system(run.organizationId()), Set.of(run.formationBriefId()))
                        .contains(run.formationBriefId())
                ? Stage.OUT_OF_USE
                : Stage.UNDER_WAY;
    }

    private static Approved approved(RunRequest run, @Nullable Terms terms) {
        return new Approved(
                run.formationBriefId(),
                run.briefDigest(),
                run.projectId(),
                run.throttle(),
                run.entryEvent(),
                terms == null ? run.repoRevision() : terms.revision(),
                terms != null && terms.anyRevision());
    }

    private @Nullable Terms terms(RunRequest run) {
        String approval = run.approvalId();
        return approval == null ? null : Terms.of(approvals.of(run.organizationId(), approval));
    }

    /** The gates that the approved overlays require. */
    List<RequiredGate> requiredGates(RunRequest run) {
        return gates(run, terms(run)).stream()
                .filter(ApprovedGate::isRequired)
                .map(gate -> new RequiredGate(gate.name(), gate.mode()))
                .toList();
    }

    /** The gates of the overlays that were approved; before an approval, of those in use. */
    private List<ApprovedGate> gates(RunRequest run, @Nullable Terms terms) {
        return briefs.overlayContents(run.organizationId(), run.formationBriefId()).stream()
                .filter(overlay -> terms == null || terms.overlayDigests().contains(overlay.digest()))
                .flatMap(overlay -> gates(overlay).stream())
                .toList();
    }

    private static List<ApprovedGate> gates(OverlayContent overlay) {
        return JsonMapper.shared()
                .readTree(overlay.content())
                .path("gates")
                .valueStream()
                .map(gate -> new ApprovedGate(
                        gate.path("name").asString(),
                        Digest.of(gate.path("command").asString("").getBytes(StandardCharsets.UTF_8)),
                        overlay.mode()))
                .toList();
    }

    private static Definition definition(EvidenceDefinition definition) {
        return new Definition(definition.key(), definition.kind(), definition.required(), definition.gate());
    }

    /** Source: docs/runner-protocol.md, “Nobody knows”. */
    private LeftBehind left(RunRequest run) {
        return events.lastTold(run, "left_behind")
                .map(JsonMapper.shared()::readTree)
                .map(left -> new LeftBehind(
                        left.path("branch").asStringOpt().orElse(null),
                        left.path("stash").asStringOpt().orElse(null)))
                .orElse(LeftBehind.NOTHING);
    }

    private static boolean isOwn(RunRequest run, JudgedTrace trace) {
        return trace.believed() || trace.contradicts(run);
    }

    private static List<Trace> own(RunRequest run, List<JudgedTrace> traces) {
        return traces.stream()
                .filter(trace -> isOwn(run, trace))
                .map(trace -> new Trace(
                        trace.kept().id(),
                        trace.summary(),
                        witness(run, trace),
                        trace.believed() ? List.of() : trace.belonging().contradictions()))
                .toList();
    }

    /** The oldest, so whoever sends many does not make as many accounts. */
    private static List<DisbelievedTrace> disbelieved(RunRequest run, List<JudgedTrace> traces) {
        return traces.stream()
                .filter(trace -> !isOwn(run, trace))
                .sorted(Comparator.comparing((JudgedTrace trace) -> trace.kept().createdAt())
                        .thenComparing(trace -> trace.kept().id()))
                .limit(DISBELIEVED)
                .map(trace -> new DisbelievedTrace(trace.kept().id(), trace.whyNotBelieved(), witness(run, trace)))
                .toList();
    }

    /** Foundry's own file is a witness of its own only as it comes from the runner that drove Foundry. */
    private static Witness witness(RunRequest run, JudgedTrace trace) {
        if (!trace.kept().isFromRunner() || !trace.kept().importedBy().equals(run.runnerId())) {
            return Witness.PERSON;
        }
        return trace.isFile() ? Witness.TRACE : Witness.SUMMARY;
    }

    private static Optional<Observation> said(
            List<EvidenceDefinition> definitions, String definitionId, String id, Seen seen) {
        Map<String, EvidenceDefinition> byId =
                definitions.stream().collect(Collectors.toMap(EvidenceDefinition::id, Function.identity()));
        return Optional.ofNullable(byId.get(definitionId))
                .map(definition -> new Observation(
                        definition.key(),
                        id,
                        seen.byRunner() ? "runner" : "person " + seen.observedBy(),
                        seen.byRunner(),
                        seen.status(),
                        seen.observedAt()));
    }
}
