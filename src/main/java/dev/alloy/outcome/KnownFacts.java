package dev.alloy.outcome;

import dev.alloy.compilation.Approval;
import dev.alloy.compilation.DriftPolicy;
import dev.alloy.run.RunRequest;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what the record holds of a run at the moment in which its result is taken, in one statement. */
@Component
class KnownFacts {

    private final JdbcClient jdbc;

    KnownFacts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What is known of a run.
     *
     * @param now when this was read, by the database's clock
     * @param terms what was approved; null for a run without an approval
     * @param observed whether anything was observed of the run's evidence before
     * @param traced whether a trace was sent before
     */
    record Known(Instant now, @Nullable Terms terms, boolean observed, boolean traced) {}

    /**
     * What an approval fixed. None of it changes.
     *
     * @param revision the approved one, which may be shortened
     * @param overlayDigests the approved gate overlays
     */
    record Terms(String revision, boolean anyRevision, Set<String> overlayDigests) {

        static Terms of(Approval approval) {
            return new Terms(
                    approval.repoRevision(),
                    approval.driftPolicy() == DriftPolicy.ANY_RECORDED,
                    Set.copyOf(approval.overlayDigests()));
        }
    }

    /** Of a run that is locked. */
    Known of(RunRequest run) {
        return jdbc.sql("""
                        select alloy_now() as now, p.repo_revision, p.drift_policy, p.overlay_digests,
                            exists (
                                select from evidence_observations o
                                where o.organization_id = :organization and o.run_request_id = :run) as observed,
                            exists (
                                select from trace_imports t
                                where t.organization_id = :organization and t.run_request_id = :run) as traced
                        from organizations g
                        left join approvals p on p.organization_id = g.id and p.id = cast(:approval as text)
                        where g.id = :organization
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .param("approval", run.approvalId())
                .query((row, n) -> new Known(
                        row.getObject("now", OffsetDateTime.class).toInstant(),
                        terms(row),
                        row.getBoolean("observed"),
                        row.getBoolean("traced")))
                .single();
    }

    private static @Nullable Terms terms(ResultSet row) throws SQLException {
        String policy = row.getString("drift_policy");
        if (policy == null) {
            return null;
        }
        Array digests = row.getArray("overlay_digests");
        return new Terms(
                row.getString("repo_revision"),
                policy.equals(DriftPolicy.ANY_RECORDED.wireName()),
                Set.copyOf(List.of((String[]) digests.getArray())));
    }
}
