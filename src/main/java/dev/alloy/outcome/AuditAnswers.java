package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.DriftPolicy;
import dev.alloy.compilation.PromptPack;
import dev.alloy.contract.Digest;
import dev.alloy.installation.Installation;
import dev.alloy.installation.Installations;
import dev.alloy.outcome.AuditAnswer.ExactSnapshot;
import dev.alloy.outcome.AuditAnswer.Known;
import dev.alloy.run.Attempt;
import dev.alloy.run.LateReports;
import dev.alloy.run.RunReports;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import dev.alloy.runner.Runners;
import dev.alloy.trace.JudgedTrace;
import dev.alloy.trace.Traces;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts the audit answer together; every part points at the record it came from. */
@Service
@Transactional(readOnly = true)
public class AuditAnswers {

    private static final String NO_RESULT = "No result has been reported.";

    private final Runs runs;
    private final RunReports reports;
    private final LateReports late;
    private final Briefs briefs;
    private final Approvals approvals;
    private final Installations installations;
    private final Runners runners;
    private final Results results;
    private final Evidence evidence;
    private final Gates gates;
    private final Traces traces;
    private final CorrelationChain correlation;
    private final JsonMapper json;

    AuditAnswers(
            Runs runs,
            RunReports reports,
            LateReports late,
            Briefs briefs,
            Approvals approvals,
            Installations installations,
            Runners runners,
            Results results,
            Evidence evidence,
            Gates gates,
            Traces traces,
            CorrelationChain correlation,
            JsonMapper json) {
        this.runs = runs;
        this.reports = reports;
        this.late = late;
        this.briefs = briefs;
        this.approvals = approvals;
        this.installations = installations;
        this.runners = runners;
        this.results = results;
        this.evidence = evidence;
        this.gates = gates;
        this.traces = traces;
        this.correlation = correlation;
        this.json = json;
    }

    record ApprovedBy(
            String approvedBy, Instant approvedAt, ApprovalScope scope, String repoRevision, DriftPolicy driftPolicy) {}

    record IntentSnapshot(String digest, String formationBriefId, String briefDigest) {}

    record UsedPack(String id, String digest, JsonNode humanEdits) {}

    record FoundryVersion(String version, String manifestDigest) {}

    record UsedRunner(String id, String name, int attempt) {}

    record Revisions(
            String requested,
            @Nullable String startedAt,
            @Nullable String before,
            @Nullable String after) {}

    record MissingEvidence(String key, String status, String because) {}

    /** The answer for a run within the caller's reach. */
    public AuditAnswer of(Caller caller, String runId) {
        RunRequest run = runs.get(caller, runId);
        Brief brief = briefs.get(caller, run.formationBriefId());
        Optional<RunResult> result = results.of(caller, run);
        Map<String, Known> answers = new LinkedHashMap<>();
        answers.put("approved_by", approvedBy(caller, run));
        answers.put("intent_snapshot", intentSnapshot(brief));
        answers.put("prompt_pack", promptPack(caller, run));
        answers.put("foundry_version", foundryVersion(caller, brief));
        answers.put("runner", runner(caller, run));
        answers.put("repo_revision", repoRevision(run, result));
        answers.put("gates_required", gatesRequired(run, brief));
        Optional<JudgedTrace> trace = traces.believed(run);
        answers.put(
                "gates_outcome",
                from(result, one -> nonEmpty(json.readTree(one.gateResults())))
                        .orFrom(trace, one -> nonEmpty(one.summary().path("gate_phases"))));
        answers.put(
                "mutators",
                from(result, one -> members(json.readTree(one.changes()), "mutators_executed", "mutators_simulated"))
                        .orFrom(trace, one -> members(one.summary(), "mutators_executed", "mutators_simulated")));
        answers.put("files_changed", from(result, one -> array(json.readTree(one.changes()), "files_changed")));
        answers.put(
                "commits",
                from(result, one -> array(json.readTree(one.changes()), "commits"))
                        .orFrom(trace, one -> array(one.summary(), "commits")));
        answers.put(
                "capabilities",
                from(
                        result,
                        one -> members(
                                json.readTree(one.summary()), "capabilities_preserved", "capabilities_at_risk")));
        answers.put("threats_observed", from(result, one -> array(json.readTree(one.summary()), "threats_observed")));
        answers.put("evidence_missing", evidenceMissing(caller, run));
        return new AuditAnswer(
                run.id(),
                exactSnapshot(run, brief, result),
                answers,
                correlation.of(caller, run, brief, result, trace));
    }

    private static @Nullable Object nonEmpty(JsonNode list) {
        return list.isEmpty() ? null : list;
    }

    /** The verdict alone, for a run with its brief and its result. */
    public ExactSnapshot exactSnapshot(RunRequest run, Brief brief, Optional<RunResult> result) {
        List<SnapshotCheck> checks = new ArrayList<>();
        String rehashed = Digest.of(brief.compiledPayload());
        checks.add(new SnapshotCheck(
                "stored_brief_bytes", run.briefDigest(), rehashed, rehashed.equals(run.briefDigest())));
        result.ifPresent(
                one -> checks.addAll(json.readValue(one.checks(), new TypeReference<List<SnapshotCheck>>() {})));
        boolean stoppedAtStart = run.failure() != null && run.failure().code().equals("revision-mismatch");
        if (stoppedAtStart) {
            checks.add(new SnapshotCheck(
                    "repo_revision_before",
                    run.repoRevision(),
                    reports.newestAttempt(run).map(Attempt::repoRevisionBefore).orElse(null),
                    false));
        }
        if (checks.stream().anyMatch(check -> !check.passed())) {
            return new ExactSnapshot("refuted", "A check failed.", checks);
        }
        if (result.isEmpty()) {
            return new ExactSnapshot("not_reconstructable", NO_RESULT, checks);
        }
        if (isContradicted(run, result.get())) {
            checks.add(new SnapshotCheck("words_agree", result.get().digest(), null, false));
            return new ExactSnapshot(
                    "not_reconstructable",
                    "Another word on this run differs from its result in status, revisions, gates or changes; see its late reports.",
                    checks);
        }
        return new ExactSnapshot("proven", "Every check passed.", checks);
    }

    private boolean isContradicted(RunRequest run, RunResult result) {
        List<byte[]> others = late.conflicting(run);
        if (others.isEmpty()) {
            return false;
        }
        JsonNode first = json.readTree(result.rawResult());
        return others.stream().anyMatch(body -> TwoWords.differ(first, json.readTree(body)));
    }

    private Known approvedBy(Caller caller, RunRequest run) {
        if (run.approvalId() == null) {
            return Known.not("The run waits for an approval.");
        }
        Approval approval = approvals.get(caller, run.approvalId());
        ApprovedBy value = new ApprovedBy(
                approval.approvedBy(),
                approval.createdAt(),
                approval.scope(),
                approval.repoRevision(),
                approval.driftPolicy());
        return Known.of(value, "/api/approvals/" + approval.id());
    }

    private static Known intentSnapshot(Brief brief) {
        return Known.of(
                new IntentSnapshot(brief.sourceIntentDigest(), brief.id(), brief.digest()),
                "/api/formation-briefs/" + brief.id());
    }

    private Known promptPack(Caller caller, RunRequest run) {
        PromptPack pack = briefs.pack(caller, run.promptPackId());
        UsedPack value = new UsedPack(pack.id(), pack.digest(), json.readTree(pack.humanEdits()));
        return Known.of(value, "/api/prompt-packs/" + pack.id());
    }

    private Known foundryVersion(Caller caller, Brief brief) {
        Installation installation = installations.get(caller, brief.installationId());
        String source = "/api/foundry-installations/" + installation.id() + "/capability-manifests";
        return installations
                .manifest(installation, brief.manifestDigest())
                .map(manifest -> Known.of(new FoundryVersion(manifest.foundryVersion(), manifest.digest()), source))
                .orElseGet(() -> Known.not("The manifest is not there."));
    }

    private Known runner(Caller caller, RunRequest run) {
        String runnerId = run.runnerId();
        if (runnerId == null) {
            return Known.not("No runner has accepted the run.");
        }
        UsedRunner value =
                new UsedRunner(runnerId, runners.get(caller, runnerId).name(), run.attempts());
        return Known.of(value, "/api/runners/" + runnerId);
    }

    private Known repoRevision(RunRequest run, Optional<RunResult> result) {
        Revisions value = new Revisions(
                run.repoRevision(),
                reports.newestAttempt(run).map(Attempt::repoRevisionBefore).orElse(null),
                result.map(RunResult::repoRevisionBefore).orElse(null),
                result.map(RunResult::repoRevisionAfter).orElse(null));
        return Known.of(value, result.map(AuditAnswers::path).orElse("/api/run-requests/" + run.id()));
    }

    private Known gatesRequired(RunRequest run, Brief brief) {
        return Known.of(gates.requiredBy(run), "/api/formation-briefs/" + brief.id());
    }

    private Known evidenceMissing(Caller caller, RunRequest run) {
        List<MissingEvidence> missing = evidence.of(caller, run).items().stream()
                .filter(item -> item.definition().required())
                .filter(item ->
                        !item.status().equals("passing") && !item.status().equals("waived"))
                .map(item -> new MissingEvidence(item.definition().key(), item.status(), item.because()))
                .toList();
        return Known.of(missing, "/api/run-requests/" + run.id() + "/evidence");
    }

    private static Known from(Optional<RunResult> result, Function<RunResult, @Nullable Object> value) {
        if (result.isEmpty()) {
            return Known.not(NO_RESULT);
        }
        Object known = value.apply(result.get());
        return known == null ? Known.not("The result does not say.") : Known.of(known, path(result.get()));
    }

    private static @Nullable Object array(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return value.isArray() ? value : null;
    }

    private static @Nullable Object members(JsonNode object, String... names) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name : names) {
            if (object.path(name).isArray()) {
                members.put(name, object.get(name));
            }
        }
        return members.isEmpty() ? null : members;
    }

    private static String path(RunResult result) {
        return "/api/run-results/" + result.id();
    }
}
