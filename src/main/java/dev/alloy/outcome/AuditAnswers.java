package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.account.Fact;
import dev.alloy.account.Facts;
import dev.alloy.account.GateLine;
import dev.alloy.account.RunAccount;
import dev.alloy.account.SnapshotCheck;
import dev.alloy.account.Witness;
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
import dev.alloy.run.RunCompletion;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import dev.alloy.runner.Runners;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts the audit answer together; every part points at the record it came from. */
@Service
@Transactional(readOnly = true)
public class AuditAnswers {

    /** What the account calls what is only said, the answer names as results do. */
    private static final Map<String, String> MEMBERS =
            Map.of(Facts.SAID_PRESERVED, "capabilities_preserved", Facts.SAID_AT_RISK, "capabilities_at_risk");

    private final Runs runs;
    private final RunCompletion reports;
    private final Briefs briefs;
    private final Approvals approvals;
    private final Installations installations;
    private final Runners runners;
    private final Accounts accounts;
    private final AccountInputReader material;
    private final Evidence evidence;
    private final CorrelationChain correlation;
    private final JsonMapper json;

    AuditAnswers(
            Runs runs,
            RunCompletion reports,
            Briefs briefs,
            Approvals approvals,
            Installations installations,
            Runners runners,
            Accounts accounts,
            AccountInputReader material,
            Evidence evidence,
            CorrelationChain correlation,
            JsonMapper json) {
        this.runs = runs;
        this.reports = reports;
        this.briefs = briefs;
        this.approvals = approvals;
        this.installations = installations;
        this.runners = runners;
        this.accounts = accounts;
        this.material = material;
        this.evidence = evidence;
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

    /**
     * How a gate ended, in the words of results.
     *
     * @param status {@code passed}, {@code failed}, {@code unknown} or {@code missing}
     */
    record GateOutcome(
            String name,
            String phase,
            String status,
            boolean required,
            boolean approved,
            @Nullable Integer exitCode,
            Witness witness,
            String because) {

        private static final Map<String, String> STATUS = Map.of("passing", "passed", "failing", "failed");

        static GateOutcome of(GateLine gate) {
            return new GateOutcome(
                    gate.name(),
                    gate.phase(),
                    STATUS.getOrDefault(gate.status(), gate.status()),
                    gate.required(),
                    gate.approved(),
                    gate.exitCode(),
                    gate.witness(),
                    gate.because());
        }
    }

    record MissingEvidence(
            String key,
            String status,
            String because,
            @Nullable String simulatedStatus) {}

    /** The answer for a run within the caller's reach. */
    public AuditAnswer of(Caller caller, String runId) {
        RunRequest run = runs.get(caller, runId);
        Brief brief = briefs.get(caller, run.formationBriefId());
        RunAccount account = accounts.of(run);
        Map<String, Known> answers = new LinkedHashMap<>();
        answers.put("approved_by", approvedBy(caller, run));
        answers.put("intent_snapshot", intentSnapshot(brief));
        answers.put("prompt_pack", promptPack(caller, run));
        answers.put("foundry_version", foundryVersion(caller, brief));
        answers.put("runner", runner(caller, run));
        answers.put("repo_revision", repoRevision(run, account));
        answers.put("gates_required", gatesRequired(run, brief));
        answers.put("gates_outcome", gatesOutcome(run, account));
        answers.put("mutators", members(run, account, Facts.MUTATORS_EXECUTED, Facts.MUTATORS_SIMULATED));
        answers.put("files_changed", fact(run, account, Facts.FILES_CHANGED));
        answers.put("commits", fact(run, account, Facts.COMMITS));
        answers.put("capabilities", members(run, account, Facts.SAID_PRESERVED, Facts.SAID_AT_RISK));
        answers.put("threats_observed", fact(run, account, Facts.THREATS_OBSERVED));
        answers.put("evidence_missing", evidenceMissing(caller, run, account));
        return new AuditAnswer(
                run.id(),
                account.simulated(),
                standing(run, account),
                exactSnapshot(run, brief, account),
                answers,
                correlation.of(caller, run, brief, account));
    }

    private static String standing(RunRequest run, RunAccount account) {
        return run.status().isTerminal() ? account.standing() : "not_ended";
    }

    /** The verdict: that of the account, unless the stored brief is no longer what was approved. */
    public static ExactSnapshot exactSnapshot(RunRequest run, Brief brief, RunAccount account) {
        List<SnapshotCheck> checks = new ArrayList<>();
        String rehashed = Digest.of(brief.compiledPayload());
        checks.add(new SnapshotCheck(
                "stored_brief_bytes", run.briefDigest(), rehashed, rehashed.equals(run.briefDigest())));
        checks.addAll(account.verdict().checks());
        return checks.get(0).passed()
                ? new ExactSnapshot(account.verdict().name(), account.verdict().because(), checks)
                : new ExactSnapshot("refuted", "The stored brief is not the one that was approved.", checks);
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
                .orElseGet(() -> Known.not("The manifest is missing."));
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

    private Known repoRevision(RunRequest run, RunAccount account) {
        Revisions value = new Revisions(
                run.repoRevision(),
                reports.newestAttempt(run).map(Attempt::repoRevisionBefore).orElse(null),
                Facts.text(account, Facts.REVISION_BEFORE).orElse(null),
                Facts.text(account, Facts.REVISION_AFTER).orElse(null));
        return Known.of(value, path(run, account));
    }

    private Known gatesRequired(RunRequest run, Brief brief) {
        return Known.of(material.requiredGates(run), "/api/formation-briefs/" + brief.id());
    }

    private Known gatesOutcome(RunRequest run, RunAccount account) {
        List<GateOutcome> told = account.gates().stream()
                .filter(gate -> gate.witness() != Witness.NONE)
                .map(GateOutcome::of)
                .toList();
        return told.isEmpty() ? unknown(account) : Known.of(told, path(run, account));
    }

    private Known evidenceMissing(Caller caller, RunRequest run, RunAccount account) {
        List<MissingEvidence> missing = evidence.of(caller, run, account).items().stream()
                .filter(item -> item.definition().required())
                .filter(item ->
                        !item.status().equals("passing") && !item.status().equals("waived"))
                .map(item -> new MissingEvidence(
                        item.definition().key(), item.status(), item.because(), item.simulatedStatus()))
                .toList();
        return Known.of(missing, "/api/run-requests/" + run.id() + "/evidence");
    }

    private static Known unknown(RunAccount account) {
        return Known.not(
                account.fact(Facts.RESULT).isPresent() ? "The result does not say." : "No result has been reported.");
    }

    private static Known fact(RunRequest run, RunAccount account, String name) {
        return account.fact(name)
                .map(fact -> Known.of(fact.value(), path(run, account, fact)))
                .orElseGet(() -> unknown(account));
    }

    private static Known members(RunRequest run, RunAccount account, String... names) {
        Map<String, Object> members = new LinkedHashMap<>();
        String source = "";
        for (String name : names) {
            Optional<Fact> fact = account.fact(name);
            if (fact.isPresent()) {
                members.put(MEMBERS.getOrDefault(name, name), fact.get().value());
                source = path(run, account, fact.get());
            }
        }
        return members.isEmpty() ? unknown(account) : Known.of(members, source);
    }

    /** Where a fact came from, by who saw it. */
    private static String path(RunRequest run, RunAccount account, Fact fact) {
        boolean traced = fact.witness() == Witness.TRACE
                || fact.witness() == Witness.SUMMARY
                || fact.witness() == Witness.PERSON;
        return Facts.texts(account, Facts.TRACE).stream()
                .filter(id -> traced)
                .findFirst()
                .map(id -> "/api/trace-imports/" + id)
                .orElseGet(() -> path(run, account));
    }

    /** Where what the account says came from: the result, else the trace, else the run. */
    private static String path(RunRequest run, RunAccount account) {
        Optional<String> result = account.fact(Facts.RESULT)
                .map(fact -> "/api/run-results/" + fact.value().path("id").asString(""));
        return result.or(() ->
                        Facts.texts(account, Facts.TRACE).stream().findFirst().map(id -> "/api/trace-imports/" + id))
                .orElse("/api/run-requests/" + run.id());
    }
}
