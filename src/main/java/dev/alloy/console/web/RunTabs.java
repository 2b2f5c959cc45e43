package dev.alloy.console.web;

import dev.alloy.access.Caller;
import dev.alloy.account.Derived;
import dev.alloy.account.GateLine;
import dev.alloy.account.RunAccount;
import dev.alloy.account.SnapshotCheck;
import dev.alloy.attestation.RunAttestations;
import dev.alloy.contract.foundry.Redaction;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.outcome.Accounts;
import dev.alloy.outcome.AuditAnswer;
import dev.alloy.outcome.AuditAnswers;
import dev.alloy.outcome.Evidence;
import dev.alloy.outcome.EvidenceObservation;
import dev.alloy.outcome.Interpretation;
import dev.alloy.outcome.Interpretations;
import dev.alloy.outcome.Results;
import dev.alloy.outcome.RunResult;
import dev.alloy.run.DispatchExplanation;
import dev.alloy.run.Explanations;
import dev.alloy.run.LateReport;
import dev.alloy.run.LateReports;
import dev.alloy.run.RunEvent;
import dev.alloy.run.RunEvents;
import dev.alloy.run.RunRequest;
import dev.alloy.signing.Envelope;
import dev.alloy.trace.JudgedTrace;
import dev.alloy.trace.Traces;
import gg.jte.html.HtmlTemplateOutput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Draws the parts of a run's page, each from the service that the API asks for the same. */
@Component
class RunTabs {

    /** With their text; the API has all. */
    private static final int MOST_LATE = 10;

    private static final int MOST_ARTIFACTS = 5;
    private static final int LONGEST_NOTES = 1_000;

    /** Of what a runner tells of an event. */
    private static final int LONGEST_DETAIL = 300;

    private static final int MOST_TRACES = 5;

    private final Explanations explanations;
    private final Evidence evidence;
    private final Interpretations interpretations;
    private final Accounts accounts;
    private final Results results;
    private final Traces traces;
    private final TraceBars bars;
    private final LateReports lateReports;
    private final AuditAnswers audits;
    private final RunAttestations attestations;
    private final RunEvents events;
    private final DatabaseClock clock;
    private final JsonMapper json;

    RunTabs(
            Explanations explanations,
            Evidence evidence,
            Interpretations interpretations,
            Accounts accounts,
            Results results,
            Traces traces,
            TraceBars bars,
            LateReports lateReports,
            AuditAnswers audits,
            RunAttestations attestations,
            RunEvents events,
            DatabaseClock clock,
            JsonMapper json) {
        this.explanations = explanations;
        this.evidence = evidence;
        this.interpretations = interpretations;
        this.accounts = accounts;
        this.results = results;
        this.traces = traces;
        this.bars = bars;
        this.lateReports = lateReports;
        this.audits = audits;
        this.attestations = attestations;
        this.events = events;
        this.clock = clock;
        this.json = json;
    }

    /** The page with this part of it. */
    Consumer<HtmlTemplateOutput> draw(Caller caller, RunRequest run, RunTab tab, Shell shell, RunHead head) {
        return switch (tab) {
            case WHY -> {
                DispatchExplanation why = explanations.explain(caller, run.id());
                yield out -> JterunWhyGenerated.render(out, Html.AS_IT_IS, shell, head, why);
            }
            case EVIDENCE -> {
                EvidenceView view = evidence(caller, run);
                yield out -> JterunEvidenceGenerated.render(out, Html.AS_IT_IS, shell, head, view);
            }
            case GATES -> {
                List<GateLine> gates = accounts.of(run).gates();
                yield out -> JterunGatesGenerated.render(out, Html.AS_IT_IS, shell, head, gates);
            }
            case TRACE -> {
                Shown<TraceView> view = traces(caller, run);
                yield out -> JterunTraceGenerated.render(out, Html.AS_IT_IS, shell, head, view);
            }
            case RESULT -> {
                ResultView view = result(caller, run);
                yield out -> JterunResultGenerated.render(out, Html.AS_IT_IS, shell, head, view);
            }
            case LATE_REPORTS -> {
                Shown<LateView> view = late(caller, run);
                yield out -> JterunLateReportsGenerated.render(out, Html.AS_IT_IS, shell, head, view);
            }
            case AUDIT -> {
                AuditView view = audit(caller, run);
                yield out -> JterunAuditGenerated.render(out, Html.AS_IT_IS, shell, head, view);
            }
            case REPORT -> {
                Interpretation report = interpretations.of(caller, run.id());
                yield out -> JterunReportGenerated.render(out, Html.AS_IT_IS, shell, head, report);
            }
            case ATTESTATION -> {
                List<Attested> view = attested(caller, run);
                yield out -> JterunAttestationGenerated.render(
                        out, Html.AS_IT_IS, shell, head, view, Address.run(run.id(), "attestation.jsonl"));
            }
            case EVENTS -> {
                Shown<EventView> view = happened(caller, run);
                yield out -> JterunEventsGenerated.render(out, Html.AS_IT_IS, shell, head, view);
            }
        };
    }

    /**
     * The newest of a list, as far as a page goes.
     *
     * @param cut that there are more; null where all are here
     */
    record Shown<T>(List<T> items, @Nullable String cut) {

        static <T> Shown<T> of(List<T> items, @Nullable String nextCursor) {
            return new Shown<>(
                    items,
                    nextCursor == null
                            ? null
                            : "Only the newest " + items.size() + " are here. The API has all of them.");
        }
    }

    /**
     * A capability and what speaks for it.
     *
     * @param standing what is known of it
     */
    record CapabilityView(String id, @Nullable String statement, String standing, String because) {}

    /** Evidence and the capabilities it is for. */
    record EvidenceView(
            List<CapabilityView> capabilities, List<Evidence.Item> items, Map<String, List<SeenView>> seen) {

        /** What was observed for an item. */
        List<SeenView> seenOf(Evidence.Item item) {
            return seen.getOrDefault(item.definition().id(), List.of());
        }
    }

    /**
     * An observation.
     *
     * @param artifacts addresses that somebody named for it; they are text
     * @param more how many others were named
     */
    record SeenView(
            String by, String status, Moment at, @Nullable String notes, List<String> artifacts, int more) {}

    private EvidenceView evidence(Caller caller, RunRequest run) {
        Interpretation.Capabilities known = interpretations.of(caller, run.id()).capabilities();
        List<CapabilityView> capabilities = new ArrayList<>();
        add(capabilities, "at_risk", known.atRisk());
        add(capabilities, "unproven", known.unproven());
        add(capabilities, "preserved", known.preserved());
        Instant now = clock.now();
        List<Evidence.Item> items = evidence.of(caller, run).items();
        Map<String, List<SeenView>> seen = new HashMap<>();
        items.forEach(item -> seen.put(
                item.definition().id(),
                item.observations().stream().map(one -> seen(one, now)).toList()));
        return new EvidenceView(capabilities, items, seen);
    }

    private SeenView seen(EvidenceObservation observation, Instant now) {
        List<String> artifacts = json.readTree(observation.supportingArtifacts())
                .valueStream()
                .map(JsonText::of)
                .toList();
        return new SeenView(
                observation.observedBy(),
                observation.status(),
                Moment.of(observation.observedAt(), now),
                observation.notes() == null ? null : JsonText.shortened(observation.notes(), LONGEST_NOTES),
                artifacts.stream().limit(MOST_ARTIFACTS).toList(),
                Math.max(0, artifacts.size() - MOST_ARTIFACTS));
    }

    private static void add(List<CapabilityView> all, String standing, List<Interpretation.Capability> some) {
        some.forEach(one -> all.add(new CapabilityView(one.id(), one.statement(), standing, one.because())));
    }

    /**
     * A trace as it is shown.
     *
     * @param bars its picture; null for those that are not drawn
     */
    record TraceView(
            String id,
            String format,
            String digest,
            String sentBy,
            Moment at,
            boolean believed,
            String whyNot,
            String entryEvent,
            String duration,
            List<Block> blocks,
            List<Gate> gates,
            List<String> errors,
            TraceBars.@Nullable Bars bars) {}

    /** One block of Foundry's, and how it went. */
    record Block(String name, Badge badge) {}

    /** One gate as a trace shows it. */
    record Gate(String phase, String name, Badge badge, boolean required, String exitCode) {}

    private Shown<TraceView> traces(Caller caller, RunRequest run) {
        Instant now = clock.now();
        Page<JudgedTrace> page = traces.list(caller, run.id(), new PageQuery(MOST_TRACES, null, ""));
        List<JudgedTrace> sent = page.items();
        String drawn = TraceBars.chosen(sent).map(trace -> trace.kept().id()).orElse("");
        return Shown.of(
                sent.stream()
                        // The list has the gist of each; only one is shown whole.
                        .map(trace -> trace.kept().id().equals(drawn)
                                ? view(traces.get(caller, trace.kept().id()), now, bars.of(trace))
                                : view(trace, now, null))
                        .toList(),
                page.nextCursor());
    }

    private static TraceView view(JudgedTrace trace, Instant now, TraceBars.@Nullable Bars bars) {
        JsonNode summary = trace.summary();
        List<Block> blocks = new ArrayList<>();
        JsonNode failed = summary.path("blocks_failed");
        JsonNode simulated = summary.path("mutators_simulated");
        for (JsonNode block : summary.path("blocks_executed")) {
            if (!holds(failed, block) && !holds(simulated, block)) {
                blocks.add(new Block(JsonText.of(block), badge(trace, new Badge("good", "✔", "ran"))));
            }
        }
        add(blocks, failed, badge(trace, new Badge("bad", "✖", "failed")));
        add(blocks, simulated, badge(trace, new Badge("finds", "◇", "simulated")));
        add(blocks, summary.path("blocks_skipped"), new Badge("idle", "–", "skipped"));
        add(blocks, summary.path("blocks_skipped_by_throttle"), new Badge("idle", "–", "skipped by the throttle"));
        List<Gate> gates = new ArrayList<>();
        for (JsonNode phase : summary.path("gate_phases")) {
            for (JsonNode gate : phase.path("results")) {
                gates.add(new Gate(
                        JsonText.of(phase.path("phase")),
                        JsonText.of(gate.path("name")),
                        badge(trace, Badge.ofStanding(gate.path("passed").asBoolean(false) ? "passed" : "failed")),
                        gate.path("required").asBoolean(false),
                        JsonText.of(gate.path("exit_code"))));
            }
        }
        List<String> errors = new ArrayList<>();
        summary.path("errors").forEach(error -> errors.add(JsonText.of(error)));
        JsonNode millis = summary.path("total_duration_ms");
        return new TraceView(
                trace.kept().id(),
                trace.kept().traceFormat(),
                trace.kept().digest(),
                trace.kept().importedBy(),
                Moment.of(trace.kept().createdAt(), now),
                trace.believed(),
                trace.believed() ? "" : trace.whyNotBelieved(),
                JsonText.of(summary.path("entry_event")),
                millis.isIntegralNumber() ? millis.asString() + " ms" : "not told",
                blocks,
                gates,
                errors,
                bars);
    }

    /** What a trace that is not believed says is shown as a claim: neither green nor red. */
    private static Badge badge(JudgedTrace trace, Badge badge) {
        return trace.believed() ? badge : new Badge("idle", "?", "claimed: " + badge.label());
    }

    private static void add(List<Block> blocks, JsonNode names, Badge badge) {
        names.forEach(name -> blocks.add(new Block(JsonText.of(name), badge)));
    }

    private static boolean holds(JsonNode list, JsonNode wanted) {
        for (JsonNode one : list) {
            if (one.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What was reported beside what is recorded.
     *
     * @param claimed what the result claims; null without one
     * @param recorded what the account says
     */
    record ResultView(
            @Nullable String claimed,
            String recorded,
            @Nullable String because,
            @Nullable String digest,
            List<Told> derived,
            List<FactView> facts,
            List<SnapshotCheck> checks,
            List<dev.alloy.account.RunFinding> findings,
            List<String> blocksFailed,
            RunAccount.Verdict verdict) {}

    /** A question and its answer. */
    record Told(String question, String answer) {}

    /** A fact, who saw it, and who saw something else. */
    record FactView(String name, String value, String witness, List<String> contradictions) {}

    private ResultView result(Caller caller, RunRequest run) {
        RunAccount account = accounts.of(run);
        RunResult result = results.of(caller, run).orElse(null);
        Derived derived = account.derived();
        return new ResultView(
                result == null ? null : result.claimedStatus(),
                account.status(),
                account.cause() == null ? null : account.cause().message(),
                result == null ? null : result.digest(),
                List.of(
                        told("Did anything that changes the working copy run?", derived.executed()),
                        told("Did a required gate decide, and all of them pass?", derived.verified()),
                        told("Was something committed?", derived.committed()),
                        told("Was it pushed?", derived.pushed()),
                        told("Did it leave everything as it was?", derived.noOp())),
                account.facts().stream()
                        .map(fact -> new FactView(
                                fact.name(),
                                JsonText.of(fact.value()),
                                fact.witness().wire(),
                                fact.contradictedBy().stream()
                                        .map(other -> other.witness().wire() + ": " + JsonText.of(other.value()))
                                        .toList()))
                        .toList(),
                account.verdict().checks(),
                account.findings(),
                account.blocksFailed(),
                account.verdict());
    }

    private static Told told(String question, @Nullable Boolean answer) {
        return new Told(question, answer == null ? "not seen" : answer ? "yes" : "no");
    }

    /** A word that was not believed. */
    record LateView(String reason, String digest, String reportedBy, Moment at, String body) {}

    private Shown<LateView> late(Caller caller, RunRequest run) {
        Instant now = clock.now();
        Page<LateReport> page = lateReports.list(caller, run.id(), new PageQuery(MOST_LATE, null, ""));
        return Shown.of(
                page.items().stream()
                        .map(report -> new LateView(
                                report.reason(),
                                report.digest(),
                                report.reportedBy(),
                                Moment.of(report.receivedAt(), now),
                                JsonText.shortened(
                                        Redaction.text(new String(report.body(), StandardCharsets.UTF_8), 20_000))))
                        .toList(),
                page.nextCursor());
    }

    /** The audit answer as it is shown. */
    record AuditView(
            String verdict,
            String because,
            List<SnapshotCheck> checks,
            List<Answer> answers,
            List<AuditAnswer.Link> chain) {}

    /** One question of the audit answer. */
    record Answer(
            String question,
            boolean known,
            String value,
            @Nullable String source) {}

    private AuditView audit(Caller caller, RunRequest run) {
        AuditAnswer answer = audits.of(caller, run.id());
        List<Answer> answers = new ArrayList<>();
        answer.answers()
                .forEach((question, known) -> answers.add(new Answer(
                        question.replace('_', ' '),
                        known.known(),
                        known.known()
                                ? JsonText.pretty(json, json.valueToTree(known.value()))
                                : String.valueOf(known.because()),
                        known.source())));
        return new AuditView(
                answer.exactSnapshot().verdict(),
                answer.exactSnapshot().because(),
                answer.exactSnapshot().checks(),
                answers,
                answer.correlation());
    }

    /**
     * A signed statement.
     *
     * @param elementId where the page has its envelope
     */
    record Attested(String elementId, String type, String payload, String envelope, boolean signed) {}

    private List<Attested> attested(Caller caller, RunRequest run) {
        if (!run.status().isTerminal()) {
            return List.of();
        }
        List<Attested> all = new ArrayList<>();
        for (Envelope envelope : attestations.all(caller, run.id())) {
            JsonNode payload = json.readTree(envelope.payloadBytes());
            all.add(new Attested(
                    "envelope-" + (all.size() + 1),
                    JsonText.of(payload.path("predicateType")),
                    JsonText.pretty(json, payload),
                    json.writeValueAsString(envelope),
                    !envelope.signatures().isEmpty()));
        }
        return all;
    }

    /** Something that happened. */
    record EventView(
            Moment at,
            String type,
            @Nullable String from,
            @Nullable String to,
            @Nullable Integer attempt,
            String actor,
            String detail) {}

    private Shown<EventView> happened(Caller caller, RunRequest run) {
        Instant now = clock.now();
        Page<RunEvent> page = events.list(caller, run.id(), new PageQuery(PageQuery.MAX_LIMIT, null, ""));
        List<EventView> shown = page.items().stream()
                .map(event -> new EventView(
                        Moment.of(event.occurredAt(), now),
                        event.type(),
                        event.fromStatus(),
                        event.toStatus(),
                        event.attempt(),
                        event.actor(),
                        event.detail().equals("{}") ? "" : JsonText.shortened(event.detail(), LONGEST_DETAIL)))
                .toList();
        return Shown.of(shown, page.nextCursor());
    }
}
