package dev.alloy.outcome;

import dev.alloy.account.AccountDocument;
import dev.alloy.account.RunAccount;
import dev.alloy.contract.Digest;
import dev.alloy.outcome.EvidenceObservation.Seen;
import dev.alloy.run.RunRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Stores a result, the observations that come with it, and the account that it makes, in one statement. */
@Component
class TakenResults {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    TakenResults(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** One row of {@code evidence_observations}, as the statement reads it. */
    private record ObservationRow(
            String id,
            String definition,
            String status,
            String observer,
            boolean runner,
            String artifacts,
            @Nullable String notes,
            Instant observed) {

        static ObservationRow of(Seen seen) {
            return new ObservationRow(
                    seen.id(),
                    seen.evidenceDefinitionId(),
                    seen.status(),
                    seen.observedBy(),
                    seen.byRunner(),
                    seen.supportingArtifacts(),
                    seen.notes(),
                    seen.observedAt());
        }
    }

    /**
     * Stores what a result says and makes of a run.
     *
     * @param account the first of the run
     */
    void add(RunRequest run, RunResult result, List<Seen> seen, RunAccount account) {
        byte[] document = AccountDocument.bytes(account);
        jdbc.sql("""
                        with result as (
                            insert into foundry_run_results (id, organization_id, project_id, run_request_id, attempt, foundry_run_id,
                                status, claimed_status, repo_revision_before, repo_revision_after, gate_results, retry_count,
                                trace_uri, summary, changes, raw_result, digest, reported_by, completed_at, received_at)
                            values (:id, :organization, :project, :run, :attempt, cast(:foundryRun as text),
                                :status, :claimed, cast(:revisionBefore as text), cast(:revisionAfter as text),
                                cast(:gates as jsonb), :retries, cast(:traceUri as text), cast(:summary as jsonb),
                                cast(:changes as jsonb), :raw, :digest, :reportedBy, :completedAt, :receivedAt)),
                        observed as (
                            insert into evidence_observations (id, organization_id, project_id, evidence_definition_id, run_request_id,
                                formation_brief_id, status, observed_by, by_runner, supporting_artifacts, notes, observed_at, recorded_at)
                            select o.id, :organization, :project, o.definition, :run, :brief, o.status, o.observer, o.runner,
                                o.artifacts::jsonb, o.notes, o.observed, :receivedAt
                            from jsonb_to_recordset(cast(:observations as jsonb)) as o (id text, definition text, status text,
                                observer text, runner boolean, artifacts text, notes text, observed timestamptz))
                        """ + AccountRows.INSERT)
                .param("id", result.id())
                .param("organization", run.organizationId())
                .param("project", run.projectId())
                .param("run", run.id())
                .param("brief", run.formationBriefId())
                .param("attempt", result.attempt())
                .param("foundryRun", result.foundryRunId())
                .param("status", result.status())
                .param("claimed", result.claimedStatus())
                .param("revisionBefore", result.repoRevisionBefore())
                .param("revisionAfter", result.repoRevisionAfter())
                .param("gates", result.gateResults())
                .param("retries", result.retryCount())
                .param("traceUri", result.traceUri())
                .param("summary", result.summary())
                .param("changes", result.changes())
                .param("raw", result.rawResult())
                .param("digest", result.digest())
                .param("reportedBy", result.reportedBy())
                .param("completedAt", result.completedAt().atOffset(ZoneOffset.UTC))
                .param("receivedAt", result.createdAt().atOffset(ZoneOffset.UTC))
                .param(
                        "observations",
                        json.writeValueAsString(
                                seen.stream().map(ObservationRow::of).toList()))
                .param("version", account.version())
                .param("rules", account.rules())
                .param("accountStatus", account.status())
                .param("document", document)
                .param("documentDigest", Digest.of(document))
                .update();
    }
}
