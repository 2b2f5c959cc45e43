package dev.alloy.run;

import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What stops a run from going on with a runner. The query that offers runs asks the same of the same view. Source: dispatch.md, “Stop
 * conditions”.
 */
@Component
class StopConditions {

    /** Column of the query → the problem that it is, in the order in which they are told. */
    private enum Condition {
        APPROVAL_EXPIRED("approval_expired", ProblemType.APPROVAL_EXPIRED),
        APPROVAL_STALE("approval_stale", ProblemType.APPROVAL_STALE),
        MANUAL_ONLY("manual_only", ProblemType.MANUAL_ONLY),
        MANIFEST_MISMATCH("manifest_mismatch", ProblemType.MANIFEST_MISMATCH),
        BRANCH_BUSY("branch_busy", ProblemType.BRANCH_BUSY),
        NOT_ALLOWED_PROJECT("not_allowed_project", ProblemType.NOT_ALLOWED_PROJECT),
        UNTRUSTED_FOR_EFFECT("untrusted_for_effect", ProblemType.UNTRUSTED_FOR_EFFECT),
        DOES_NOT_SERVE_INSTALLATION("does_not_serve_installation", ProblemType.DOES_NOT_SERVE_INSTALLATION),
        SCHEMA_VERSION_UNSUPPORTED("schema_version_unsupported", ProblemType.SCHEMA_VERSION_UNSUPPORTED),
        DRAINING("draining", ProblemType.DRAINING);

        private final String column;
        private final ProblemType problem;

        Condition(String column, ProblemType problem) {
            this.column = column;
            this.problem = problem;
        }
    }

    private static final String COLUMNS = """
            c.approval_expired, c.approval_stale, c.manual_only, c.manifest_mismatch, c.branch_busy,
            k.not_allowed_project, k.untrusted_for_effect, k.does_not_serve_installation,
            k.schema_version_unsupported, k.draining or k.revoked as draining
            """;

    /** True of a row {@code c} of {@code run_stop_conditions} whose run is kept from every runner. */
    static final String STOPS_RUN = """
            (c.approval_expired or c.approval_stale or c.manual_only or c.manifest_mismatch or c.branch_busy)
            """;

    private static final String FROM = """
            from run_stop_conditions c
            join run_runner_conditions k
                on k.organization_id = c.organization_id and k.run_request_id = c.run_request_id and k.runner_id = :runner
            """;

    /**
     * True of a run {@code r} that nothing stops from going on with the runner {@code :runner}: the condition under which a statement moves
     * it, judged in that statement, once the row is locked. Where it does not hold, {@link #judge} tells why.
     */
    static final String NOTHING_STOPS = "exists (select " + FROM + """
                where c.organization_id = r.organization_id and c.run_request_id = r.id
                  and not (k.not_allowed_project or k.untrusted_for_effect or k.does_not_serve_installation
                           or k.schema_version_unsupported or k.draining or k.revoked)
                  and not\s""" + STOPS_RUN + ")";

    private final JdbcClient jdbc;

    StopConditions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Lets one mutating run of a branch be accepted after the other, for the rest of the transaction. */
    void queueForBranch(RunRequest run) {
        if (run.effect().equals("mutating")) {
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:branch, 0))")
                    .param("branch", run.projectId() + " " + run.branch())
                    .query(row -> {});
        }
    }

    /** Whether the run's own throttle is no longer among those that its installation reports. */
    boolean isThrottleMissing(RunRequest run) {
        return jdbc.sql("""
                        select q.throttle <> b.throttle and not lists_throttle(i.id, i.manifest_digest, q.throttle)
                        from foundry_run_requests q
                        join formation_brief_compilations b
                            on b.organization_id = q.organization_id and b.id = q.formation_brief_id
                        join foundry_installations i
                            on i.owning_organization_id = q.organization_id and i.id = q.installation_id
                        where q.organization_id = :organization and q.id = :run
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .query(Boolean.class)
                .single();
    }

    /** Everything that stops the run from going on with the runner at this moment; empty when nothing does. */
    List<ProblemType> judge(RunRequest run, String runnerId) {
        return jdbc.sql("select " + COLUMNS + FROM + """
                        where c.organization_id = :organization and c.run_request_id = :run
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .param("runner", runnerId)
                .query((row, n) -> failing(row))
                .single();
    }

    /** Refuses with the first of what stops a run, and names all. */
    static ProblemException refusal(List<ProblemType> failing) {
        return failing.get(0)
                .because(failing.get(0).explanation())
                .with("codes", failing.stream().map(ProblemType::slug).toList());
    }

    private static List<ProblemType> failing(ResultSet row) throws SQLException {
        List<ProblemType> failing = new ArrayList<>();
        for (Condition condition : Condition.values()) {
            if (row.getBoolean(condition.column)) {
                failing.add(condition.problem);
            }
        }
        return List.copyOf(failing);
    }
}
