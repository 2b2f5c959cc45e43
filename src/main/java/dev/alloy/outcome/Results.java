package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.Approvals;
import dev.alloy.contract.Digest;
import dev.alloy.contract.JsonDocument;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.Ending;
import dev.alloy.run.RunReports;
import dev.alloy.run.RunReports.Reporting;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Takes and reads the terminal words on runs. Source: outcome.md, “Ingesting a result”. */
@Service
@Transactional
public class Results {

    private final RunResultRepository results;
    private final RunReports reports;
    private final Approvals approvals;
    private final Gates gates;
    private final Evidence evidence;
    private final DatabaseClock clock;
    private final JsonMapper json;

    Results(
            RunResultRepository results,
            RunReports reports,
            Approvals approvals,
            Gates gates,
            Evidence evidence,
            DatabaseClock clock,
            JsonMapper json) {
        this.results = results;
        this.reports = reports;
        this.approvals = approvals;
        this.gates = gates;
        this.evidence = evidence;
        this.clock = clock;
        this.json = json;
    }

    /** Which call brought a result. */
    public enum Call {
        /** {@code completed}: takes every status, of a run that is executing or lost. */
        COMPLETED,
        /** {@code failed}: takes failed and cancelled, also of a run that was accepted and never started. */
        FAILED
    }

    /** A result, and whether the same bytes had been taken before. */
    public record Taken(RunResult result, boolean replayed) {}

    /**
     * Takes a result: in one transaction it is checked, kept as received, ends the run and becomes evidence. Every refusal comes
     * before the first write, except that what is not believed is kept as a late report.
     */
    @Transactional(noRollbackFor = ProblemException.class)
    public Taken take(Caller caller, String runId, @Nullable String leaseToken, Call call, JsonDocument document) {
        byte[] bytes = document.received();
        Reporting reporting = reports.admit(caller, runId, leaseToken, bytes);
        ReportedResult reported = new ReportedResult(document);
        refuseWrongBody(reporting.run(), call, reported);
        String digest = Digest.of(bytes);
        Optional<RunResult> first = of(caller, reporting.run());
        if (first.isPresent()) {
            return again(caller, reporting.run(), first.get(), digest, bytes);
        }
        List<RunStatus> from = call == Call.FAILED
                ? List.of(RunStatus.ACCEPTED, RunStatus.EXECUTING, RunStatus.LOST)
                : List.of(RunStatus.EXECUTING, RunStatus.LOST);
        if (!from.contains(reporting.run().status())) {
            reports.keepLate(caller, reporting.run(), "not-expected", bytes);
            throw ProblemType.INVALID_TRANSITION
                    .because("The run is " + reporting.run().status().wireName() + "; this report cannot end it.")
                    .with("state", reporting.run().status().wireName());
        }
        evidence.refuseUnknown(reporting.run(), reported);
        return new Taken(record(caller, reporting, reported, digest, from), false);
    }

    private static void refuseWrongBody(RunRequest run, Call call, ReportedResult reported) {
        if (!reported.text("run_request_id").equals(run.id())) {
            throw Bodies.refusal("/run_request_id", "another-run", "The document speaks of another run.");
        }
        boolean ended = RunStatus.of(reported.text("status")) == RunStatus.FAILED
                || RunStatus.of(reported.text("status")) == RunStatus.CANCELLED;
        if (call == Call.FAILED && !ended) {
            throw Bodies.refusal(
                    "/status", "not-a-failure", "'failed' takes failed and cancelled; send others to 'completed'.");
        }
        reported.completedAt();
    }

    private Taken again(Caller caller, RunRequest run, RunResult first, String digest, byte[] bytes) {
        if (first.digest().equals(digest)) {
            return new Taken(first, true);
        }
        reports.keepLate(caller, run, "result-conflict", bytes);
        throw ProblemType.RESULT_CONFLICT
                .because("The run ended with another result; this one is kept as a late report.")
                .with("result_id", first.id());
    }

    private RunResult record(
            Caller caller, Reporting reporting, ReportedResult reported, String digest, List<RunStatus> from) {
        RunRequest run = reporting.run();
        Approval approval = approvals.of(run.organizationId(), Objects.requireNonNull(run.approvalId()));
        List<SnapshotCheck> checks = SnapshotCheck.of(run, approval, reported);
        GateOutcomes outcomes = new GateOutcomes(reported.gates(), run.entryEvent());
        List<RequiredGate> required = gates.requiredBy(run);
        Judgement judgement = Judgement.of(reported, checks, required, outcomes);
        RunResult result = new RunResult(
                Ids.next("result"),
                reporting,
                reported,
                judgement,
                json.writeValueAsString(checks),
                json.writeValueAsString(Derived.of(reported, required, outcomes)),
                json.writeValueAsString(judgement.findings()),
                digest,
                caller.kind() == Caller.Kind.CALLBACK ? "callback" : "runner",
                clock.now());
        results.add(result);
        evidence.observe(run, reported, outcomes);
        reports.end(
                caller,
                reporting,
                from,
                new Ending(
                        judgement.status(),
                        judgement.failure(),
                        reported.optional("foundry_run_id"),
                        reported.retryCount()));
        return result;
    }

    /** The result if it is within the caller's reach; else {@code not-found}. */
    @Transactional(readOnly = true)
    public RunResult get(Caller caller, String id) {
        return results.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such run result."));
    }

    /** The results of these runs within the caller's reach that have one, by the run's id. */
    @Transactional(readOnly = true)
    Map<String, RunResult> of(Caller caller, List<RunRequest> runs) {
        return runs.isEmpty()
                ? Map.of()
                : results
                        .all(
                                caller,
                                Map.of(
                                        "runRequestId",
                                        new Filter.In(runs.stream()
                                                .map(RunRequest::id)
                                                .toList())))
                        .stream()
                        .collect(Collectors.toMap(RunResult::runRequestId, Function.identity()));
    }

    /** The result of a run; empty while there is none. */
    @Transactional(readOnly = true)
    public Optional<RunResult> of(Caller caller, RunRequest run) {
        Caller within = caller.kind() == Caller.Kind.PERSON ? caller : Caller.system(run.organizationId());
        return results.all(within, Map.of("runRequestId", run.id())).stream().findFirst();
    }
}
