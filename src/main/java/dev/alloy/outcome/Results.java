package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.account.AccountInputs;
import dev.alloy.account.Accounting;
import dev.alloy.account.Cause;
import dev.alloy.account.ConflictingReports;
import dev.alloy.account.ReportedResult;
import dev.alloy.account.RunAccount;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.contract.Digest;
import dev.alloy.contract.JsonDocument;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.outcome.EvidenceObservation.Seen;
import dev.alloy.outcome.KnownFacts.Known;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.Failure;
import dev.alloy.run.RunCompletion;
import dev.alloy.run.RunCompletion.Reporting;
import dev.alloy.run.RunEnding;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import dev.alloy.run.RunnerCallRefusals;
import dev.alloy.run.Runs;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Takes and reads the terminal words on runs. Source: outcome.md, “Ingesting a result”. */
@Service
@Transactional
public class Results {

    private final RunResultRepository results;
    private final RunCompletion reports;
    private final Runs runs;
    private final Briefs briefs;
    private final KnownFacts facts;
    private final AccountInputReader material;
    private final Accounts accounts;
    private final TakenResults taken;
    private final JsonMapper json;

    Results(
            RunResultRepository results,
            RunCompletion reports,
            Runs runs,
            Briefs briefs,
            KnownFacts facts,
            AccountInputReader material,
            Accounts accounts,
            TakenResults taken,
            JsonMapper json) {
        this.results = results;
        this.reports = reports;
        this.runs = runs;
        this.briefs = briefs;
        this.facts = facts;
        this.material = material;
        this.accounts = accounts;
        this.taken = taken;
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
        ReportedResult reported = new ReportedResult(document.tree());
        refuseWrongBody(reporting.run(), call, reported);
        String digest = Digest.of(bytes);
        Optional<RunResult> first = of(caller, reporting.run());
        if (first.isPresent()) {
            return again(caller, reporting.run(), first.get(), digest, document);
        }
        List<RunStatus> from = call == Call.FAILED
                ? List.of(RunStatus.ACCEPTED, RunStatus.EXECUTING, RunStatus.LOST)
                : List.of(RunStatus.EXECUTING, RunStatus.LOST);
        if (!from.contains(reporting.run().status())) {
            reports.keepLate(caller, reporting.run(), "not-expected", bytes);
            throw RunnerCallRefusals.wrongState(reporting.run(), call.name().toLowerCase(Locale.ROOT));
        }
        RunRequest run = reporting.run();
        List<EvidenceDefinition> definitions = briefs.evidenceOf(run.organizationId(), run.formationBriefId());
        Evidence.refuseUnknown(definitions, reported);
        return new Taken(record(caller, reporting, definitions, reported, bytes, digest, from), false);
    }

    private static void refuseWrongBody(RunRequest run, Call call, ReportedResult reported) {
        if (!reported.text("run_request_id").equals(run.id())) {
            throw Bodies.refusal("/run_request_id", "another-run", "The document is about a different run.");
        }
        boolean ended = RunStatus.of(reported.text("status")) == RunStatus.FAILED
                || RunStatus.of(reported.text("status")) == RunStatus.CANCELLED;
        if (call == Call.FAILED && !ended) {
            throw Bodies.refusal(
                    "/status",
                    "not-a-failure",
                    "'failed' accepts failed and cancelled; send other statuses to 'completed'.");
        }
        if (reported.completedAt().isEmpty()) {
            throw Bodies.refusal("/completed_at", "wrong-format", "This instant is not in the calendar.");
        }
    }

    private Taken again(Caller caller, RunRequest run, RunResult first, String digest, JsonDocument document) {
        if (first.digest().equals(digest)) {
            return new Taken(first, true);
        }
        keepAnother(caller, run, first, document);
        throw ProblemType.RESULT_CONFLICT
                .because(
                        "The run ended with a different result. This one is kept as a late report: equal ones once, at most 20.")
                .with("result_id", first.id());
    }

    /** Whether it contradicts the first is decided now, and kept. */
    private void keepAnother(Caller caller, RunRequest run, RunResult first, JsonDocument document) {
        if (ConflictingReports.differ(json.readTree(first.rawResult()), document.tree())) {
            List<String> failed = ConflictingReports.failedGates(document.tree());
            if (reports.keepConflict(caller, run, failed, document.received())) {
                accounts.reconsider(run);
            }
        } else {
            reports.keepLate(caller, run, "result-conflict", document.received());
        }
    }

    private RunResult record(
            Caller caller,
            Reporting reporting,
            List<EvidenceDefinition> definitions,
            ReportedResult reported,
            byte[] bytes,
            String digest,
            List<RunStatus> from) {
        RunRequest run = reporting.run();
        Known known = facts.of(run);
        Instant now = known.now();
        String id = Ids.next("result");
        String reportedBy = caller.kind() == Caller.Kind.CALLBACK ? "callback" : "runner";
        List<Seen> said = Evidence.said(definitions, reported, run.startedAt(), now);
        AccountInputs gathered = material.of(
                run,
                reporting.attempt(),
                known,
                definitions,
                new AccountInputs.Reported(id, digest, reported, AccountInputReader.witness(reportedBy), now),
                said);
        RunAccount account = Accounting.of(gathered, null).as(1);
        RunResult result = new RunResult(id, reporting, reported, account, bytes, digest, reportedBy, now);
        taken.add(run, result, Evidence.seen(definitions, reported, account, said, now), account);
        reports.end(
                caller,
                reporting,
                from,
                new RunEnding(
                        RunStatus.of(account.status()),
                        failure(account.cause()),
                        reported.optional("foundry_run_id"),
                        reported.retryCount(),
                        account.simulated(),
                        id,
                        RunStatus.of(reported.text("status"))));
        return result;
    }

    private static @Nullable Failure failure(@Nullable Cause cause) {
        return cause == null ? null : new Failure(cause.category(), cause.code(), cause.message());
    }

    /** What was judged of a result when it was taken. */
    @Transactional(readOnly = true)
    public RunAccount judged(Caller caller, RunResult result) {
        return accounts.first(runs.get(caller, result.runRequestId()));
    }

    /** The result if it is within the caller's reach; else {@code not-found}. */
    @Transactional(readOnly = true)
    public RunResult get(Caller caller, String id) {
        return results.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such run result."));
    }

    /** The result of a run; empty while there is none. */
    @Transactional(readOnly = true)
    public Optional<RunResult> of(Caller caller, RunRequest run) {
        if (run.resultId() == null) {
            return Optional.empty();
        }
        Caller within = caller.kind() == Caller.Kind.PERSON ? caller : Caller.system(run.organizationId());
        return results.all(within, Map.of("runRequestId", run.id())).stream().findFirst();
    }
}
