package dev.alloy.attestation;

import dev.alloy.access.Caller;
import dev.alloy.account.RunAccount;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.installation.Installation;
import dev.alloy.installation.Installations;
import dev.alloy.installation.StoredManifest;
import dev.alloy.outcome.Accounts;
import dev.alloy.outcome.AuditAnswers;
import dev.alloy.outcome.Evidence;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import dev.alloy.signing.Envelope;
import dev.alloy.signing.SigningKeys;
import dev.alloy.trace.JudgedTrace;
import dev.alloy.trace.Traces;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signs what is known of a run at the time of asking. A later observation, waiver or trace makes another statement; each stays good for
 * what it says.
 */
@Service
@Transactional(readOnly = true)
public class RunAttestations {

    private final Runs runs;
    private final Briefs briefs;
    private final Approvals approvals;
    private final Installations installations;
    private final Accounts accounts;
    private final Traces traces;
    private final Evidence evidence;
    private final ApprovalAttestations approvalAttestations;
    private final SigningKeys keys;
    private final RunStatements statements;

    RunAttestations(
            Runs runs,
            Briefs briefs,
            Approvals approvals,
            Installations installations,
            Accounts accounts,
            Traces traces,
            Evidence evidence,
            ApprovalAttestations approvalAttestations,
            SigningKeys keys,
            JsonMapper json) {
        this.runs = runs;
        this.briefs = briefs;
        this.approvals = approvals;
        this.installations = installations;
        this.accounts = accounts;
        this.traces = traces;
        this.evidence = evidence;
        this.approvalAttestations = approvalAttestations;
        this.keys = keys;
        this.statements = new RunStatements(json);
    }

    /** What the run's evidence amounts to. Refused: {@code not-found}, {@code run-not-ended}. */
    public Envelope summary(Caller caller, String runId) {
        return sign(statements.evidence(facts(caller, ended(caller, runId))));
    }

    /**
     * All there is to say of the run: the evidence summary; the gates where an approved one ran; provenance where a commit of the run is on its
     * branch; the approval. Refused: {@code not-found}, {@code run-not-ended}.
     */
    public List<Envelope> all(Caller caller, String runId) {
        RunRequest run = ended(caller, runId);
        RunFacts facts = facts(caller, run);
        List<Envelope> all = new ArrayList<>();
        all.add(sign(statements.evidence(facts)));
        statements.gates(facts).map(this::sign).ifPresent(all::add);
        statements.provenanceOfCommit(facts).map(this::sign).ifPresent(all::add);
        if (run.approvalId() != null) {
            all.add(approvalAttestations.of(caller, run.approvalId()));
        }
        return all;
    }

    private Envelope sign(Statement statement) {
        return keys.sign(Envelope.IN_TOTO, statement.bytes());
    }

    private RunRequest ended(Caller caller, String runId) {
        RunRequest run = runs.get(caller, runId);
        if (!run.status().isTerminal()) {
            throw ProblemType.RUN_NOT_ENDED
                    .because("The run is " + run.status().wireName() + "; it is attested when it has ended.")
                    .with("state", run.status().wireName());
        }
        return run;
    }

    private RunFacts facts(Caller caller, RunRequest run) {
        Brief brief = briefs.get(caller, run.formationBriefId());
        RunAccount account = accounts.of(run);
        Installation installation = installations.get(caller, run.installationId());
        return new RunFacts(
                run,
                brief,
                installations
                        .manifest(installation, brief.manifestDigest())
                        .map(StoredManifest::foundryVersion)
                        .orElse(null),
                run.approvalId() == null
                        ? List.of()
                        : approvals.get(caller, run.approvalId()).overlayDigests(),
                run.approvalId() == null ? null : approvalAttestations.digest(caller, run.approvalId()),
                account,
                accounts.digest(run),
                traces.all(run).stream().map(JudgedTrace::kept).toList(),
                evidence.of(caller, run, account),
                AuditAnswers.exactSnapshot(run, brief, account));
    }
}
