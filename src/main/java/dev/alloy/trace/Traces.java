package dev.alloy.trace;

import dev.alloy.access.Caller;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import dev.alloy.contract.foundry.Redaction;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.http.SpooledBody;
import dev.alloy.installation.ConnectionType;
import dev.alloy.installation.Installations;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.Attempt;
import dev.alloy.run.RunCompletion;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Takes and reads traces. Source: outcome.md, “Traces”. */
@Service
@Transactional(readOnly = true)
public class Traces {

    private static final int LONGEST_TEXT = 1_000;
    private static final int LARGEST_SUMMARY = 1 << 18;

    /** Of a run: three attempts, in three forms, and some by mistake. */
    private static final int MOST = 20;

    private final TraceImportRepository imports;
    private final RawTraces raw;
    private final Runs runs;
    private final RunCompletion reports;
    private final Installations installations;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;
    private final JsonMapper json;

    Traces(
            TraceImportRepository imports,
            RawTraces raw,
            Runs runs,
            RunCompletion reports,
            Installations installations,
            AuditLog audit,
            ApplicationEventPublisher events,
            JsonMapper json) {
        this.imports = imports;
        this.raw = raw;
        this.runs = runs;
        this.reports = reports;
        this.installations = installations;
        this.audit = audit;
        this.events = events;
        this.json = json;
    }

    /** A trace, and whether the run had these bytes already. */
    public record Taken(JudgedTrace trace, boolean replayed) {}

    /**
     * Takes a trace for a run: summarises it and keeps its bytes, whether it turns out to be the run's or not.
     *
     * <p>Refused: {@code not-found}, {@code authority-missing}, {@code malformed-json}, {@code json-limit-exceeded}, {@code invalid-body},
     * {@code unreadable-trace}.
     */
    @Transactional
    public Taken take(Caller caller, RunRequest run, TraceFormat format, SpooledBody body) throws IOException {
        ObjectNode summary = summarised(format, body);
        refuseOneTooMany(run, body);
        ((ObjectNode) summary.withObject("correlation")).put("run_request_id", claimedRun(summary, run));
        String traceId =
                summary.path("correlation").path("trace_id").asStringOpt().orElse(null);
        var made = new RawTraces.NewImport(
                Ids.next("trace"),
                run.organizationId(),
                run.projectId(),
                run.id(),
                run.resultId(),
                traceId,
                format,
                summary.toString(),
                SummaryExcerpt.of(summary).toString(),
                caller.name(),
                caller.kind() == Caller.Kind.RUNNER ? "runner" : "person");
        boolean added = raw.add(made, body);
        if (added) {
            audit.append(AuditFact.of(
                            caller.actor(),
                            "trace.imported",
                            run.organizationId(),
                            run.projectId(),
                            "run_request",
                            run.id())
                    .digests(null, body.digest())
                    .with("trace_import_id", made.id())
                    .with("trace_format", format.wireName()));
            events.publishEvent(new TraceKept(run));
        }
        TraceImport kept = of(run, body).orElseThrow();
        return new Taken(whole(judged(run, kept)), !added);
    }

    private void refuseOneTooMany(RunRequest run, SpooledBody body) {
        if (raw.count(run) >= MOST && of(run, body).isEmpty()) {
            throw ProblemType.TOO_MANY_TRACES.because("The run has " + MOST + " traces already.");
        }
    }

    private Optional<TraceImport> of(RunRequest run, SpooledBody body) {
        return imports
                .all(Caller.system(run.organizationId()), Map.of("runRequestId", run.id(), "digest", body.digest()))
                .stream()
                .findFirst();
    }

    private JudgedTrace whole(JudgedTrace trace) {
        return trace.with(json.readTree(raw.summary(trace.kept())));
    }

    /** A summary that names another run keeps that name, so it can be seen. */
    private static String claimedRun(JsonNode summary, RunRequest run) {
        return summary.path("correlation").path("run_request_id").asStringOpt().orElse(run.id());
    }

    private static ObjectNode summarised(TraceFormat format, SpooledBody body) throws IOException {
        return switch (format) {
            case PROCESS_RESULT -> TraceFiles.processResult(body).summary();
            case CLI_TEXT -> TraceFiles.cliText(body).summary();
            case SUMMARY -> sent(body);
        };
    }

    private static ObjectNode sent(SpooledBody body) throws IOException {
        if (body.size() > LARGEST_SUMMARY) {
            throw ProblemType.PAYLOAD_TOO_LARGE.because("A summary is at most " + LARGEST_SUMMARY + " bytes large.");
        }
        try {
            JsonNode document = StrictJson.read(Files.readAllBytes(body.file()));
            Bodies.validate(TraceFormat.SUMMARY.wireName(), document);
            return (ObjectNode) Redaction.document(document, LONGEST_TEXT);
        } catch (UnreadableJson e) {
            throw Bodies.unreadable(e);
        }
    }

    /** The run itself, for a caller who may send its trace. */
    public RunRequest run(Caller caller, String runId) {
        return reports.concerning(caller, runId);
    }

    /** The run that Foundry knows by this id, for a caller who may send its trace. */
    public RunRequest runOfFoundry(Caller caller, String foundryRunId) {
        return reports.byFoundryRun(caller, foundryRunId);
    }

    /** The trace if it is within the caller's reach; else {@code not-found}. */
    public JudgedTrace get(Caller caller, String id) {
        TraceImport kept = kept(caller, id);
        return whole(judged(runs.get(caller, kept.runRequestId()), kept));
    }

    /** The trace as it was taken, if it is within the caller's reach; else {@code not-found}. */
    public TraceImport kept(Caller caller, String id) {
        return imports.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such trace import."));
    }

    /** The bytes of a trace as they were sent. To be closed by the caller. */
    public InputStream open(TraceImport kept) throws IOException {
        return raw.open(kept);
    }

    /** The traces sent for a run within the caller's reach, newest first. */
    public Page<JudgedTrace> list(Caller caller, String runId, PageQuery page) {
        RunRequest run = runs.get(caller, runId);
        Page<TraceImport> sent = imports.list(caller, page, Map.of("runRequestId", run.id()));
        return new Page<>(judged(run, sent.items()), sent.nextCursor());
    }

    /** All traces that were sent for a run, newest first. */
    public List<JudgedTrace> all(RunRequest run) {
        return all(run, run.foundryRunId());
    }

    /**
     * The same, where the run's row does not know yet which Foundry run it was.
     *
     * @param foundryRunId as reported; null where it was not
     */
    public List<JudgedTrace> all(RunRequest run, @Nullable String foundryRunId) {
        return judged(
                run, foundryRunId, imports.all(Caller.system(run.organizationId()), Map.of("runRequestId", run.id())));
    }

    private List<JudgedTrace> judged(RunRequest run, List<TraceImport> sent) {
        return judged(run, run.foundryRunId(), sent);
    }

    private List<JudgedTrace> judged(RunRequest run, @Nullable String foundryRunId, List<TraceImport> sent) {
        if (sent.isEmpty()) {
            return List.of();
        }
        List<Attempt> attempts = reports.attempts(run);
        boolean byRoot = isByRoot(run, attempts);
        return sent.stream()
                .map(kept -> judged(run, foundryRunId, kept, attempts, byRoot))
                .toList();
    }

    private JudgedTrace judged(RunRequest run, TraceImport kept) {
        return judged(run, List.of(kept)).get(0);
    }

    private JudgedTrace judged(
            RunRequest run, @Nullable String foundryRunId, TraceImport kept, List<Attempt> attempts, boolean byRoot) {
        JsonNode gist = json.readTree(kept.gist());
        return JudgedTrace.of(run, kept, gist, TraceMatch.of(run, foundryRunId, gist, attempts, byRoot));
    }

    /** Only a runner that pulls its runs gives Foundry the trace id of the attempt. */
    private boolean isByRoot(RunRequest run, List<Attempt> attempts) {
        return attempts.isEmpty()
                || installations
                                .get(Caller.system(run.organizationId()), run.installationId())
                                .connectionType()
                        != ConnectionType.RUNNER_PULL;
    }
}
