package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.contract.foundry.Redaction;
import dev.alloy.database.DatabaseClock;
import dev.alloy.outcome.Interpretation.EvidenceLine;
import dev.alloy.outcome.Interpretation.Threats;
import dev.alloy.outcome.Interpretation.Why;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import dev.alloy.trace.JudgedTrace;
import dev.alloy.trace.Traces;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts a run's report for people together. */
@Service
@Transactional(readOnly = true)
public class Interpretations {

    private static final int LONGEST = 1_000;

    private final Runs runs;
    private final Briefs briefs;
    private final Approvals approvals;
    private final Results results;
    private final Evidence evidence;
    private final Traces traces;
    private final AuditAnswers audits;
    private final DatabaseClock clock;
    private final JsonMapper json;

    Interpretations(
            Runs runs,
            Briefs briefs,
            Approvals approvals,
            Results results,
            Evidence evidence,
            Traces traces,
            AuditAnswers audits,
            DatabaseClock clock,
            JsonMapper json) {
        this.runs = runs;
        this.briefs = briefs;
        this.approvals = approvals;
        this.results = results;
        this.evidence = evidence;
        this.traces = traces;
        this.audits = audits;
        this.clock = clock;
        this.json = json;
    }

    /**
     * What a report is made of.
     *
     * @param brief the compiled brief, {@code alloy.formation_brief.v1}
     * @param result null where none was reported
     * @param changes of the result; missing without one
     * @param summary of the result; missing without one
     * @param approvedBy null for nobody yet
     */
    record Material(
            RunRequest run,
            JsonNode brief,
            @Nullable RunResult result,
            JsonNode changes,
            JsonNode summary,
            JsonNode findings,
            List<JudgedTrace> traces,
            Evidence.Answer evidence,
            AuditAnswer.ExactSnapshot snapshot,
            @Nullable String approvedBy,
            LocalDate today) {

        @Nullable
        JudgedTrace believed() {
            return traces.stream().filter(JudgedTrace::believed).findFirst().orElse(null);
        }

        String path() {
            return "/api/run-requests/" + run.id();
        }
    }

    /** The report of a run within the caller's reach, at any time of its life. */
    public Interpretation of(Caller caller, String runId) {
        RunRequest run = runs.get(caller, runId);
        Material material = material(caller, run);
        RunResult result = material.result();
        return new Interpretation(
                run.id(),
                WhatHappened.headline(material),
                run.status().wireName(),
                result == null ? null : result.claimedStatus(),
                material.snapshot().verdict(),
                why(material),
                WhatHappened.sentences(material),
                result == null ? null : json.readTree(result.derived()),
                material.evidence().items().stream().map(Interpretations::line).toList(),
                material.evidence().totals(),
                CapabilityStandings.of(
                        material.brief().path("protected_capabilities"),
                        material.evidence().items(),
                        material.summary()),
                new Threats(
                        texts(material.brief().path("threats_to_watch")),
                        texts(material.summary().path("threats_observed"))),
                Needs.of(material),
                texts(material.summary().path("follow_up_questions")),
                sources(material));
    }

    private Material material(Caller caller, RunRequest run) {
        Brief brief = briefs.get(caller, run.formationBriefId());
        RunResult result = results.of(caller, run).orElse(null);
        JsonNode nothing = json.createObjectNode();
        return new Material(
                run,
                json.readTree(brief.compiledPayload()),
                result,
                result == null ? nothing : json.readTree(result.changes()),
                result == null ? nothing : json.readTree(result.summary()),
                result == null ? json.createArrayNode() : json.readTree(result.findings()),
                traces.all(run),
                evidence.of(caller, run),
                audits.exactSnapshot(run, brief, Optional.ofNullable(result)),
                run.approvalId() == null
                        ? null
                        : approvals.get(caller, run.approvalId()).approvedBy(),
                clock.now().atOffset(ZoneOffset.UTC).toLocalDate());
    }

    private static Why why(Material material) {
        JsonNode brief = material.brief();
        Map<String, List<String>> refs = new LinkedHashMap<>();
        brief.path("intent_refs").properties().forEach(member -> refs.put(member.getKey(), texts(member.getValue())));
        return new Why(
                brief.path("mission").path("objective").asString(""),
                refs,
                material.run().requestedBy(),
                material.approvedBy());
    }

    private static EvidenceLine line(Evidence.Item item) {
        return new EvidenceLine(
                item.definition().key(),
                item.definition().statement(),
                item.definition().required(),
                item.status(),
                item.because(),
                item.definition().capabilityIds());
    }

    private static Map<String, String> sources(Material material) {
        RunRequest run = material.run();
        Map<String, String> sources = new LinkedHashMap<>();
        sources.put("run_request", material.path());
        sources.put("formation_brief", "/api/formation-briefs/" + run.formationBriefId());
        if (run.approvalId() != null) {
            sources.put("approval", "/api/approvals/" + run.approvalId());
        }
        RunResult result = material.result();
        if (result != null) {
            sources.put("result", "/api/run-results/" + result.id());
        }
        JudgedTrace believed = material.believed();
        if (believed != null) {
            sources.put("trace", "/api/trace-imports/" + believed.kept().id());
        }
        sources.put("evidence", material.path() + "/evidence");
        sources.put("audit", material.path() + "/audit");
        return sources;
    }

    /** Texts of others, fit to be shown. */
    static List<String> texts(JsonNode list) {
        return list.valueStream()
                .filter(JsonNode::isString)
                .map(text -> Redaction.text(text.stringValue(), LONGEST))
                .toList();
    }
}
