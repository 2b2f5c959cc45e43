package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.contract.Digest;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Runs and attempts that runners speak of and the database does not know, because it was put back to an earlier moment. Only in an organization
 * whose database was found to be restored is anything kept, only from its own runners, and of each no more than some. Source:
 * docs/operations.md, “Ways back”.
 */
@Component
class UnknownRuns {

    /** Why a report is kept that names an attempt of the run which the database does not know. */
    static final String UNKNOWN_ATTEMPT = "unknown-attempt";

    private static final String UNKNOWN_RUN = "unknown-run";

    private static final Pattern ID = Pattern.compile("runreq_[0-9A-Z]{26}");

    /** Of one runner since the last restore: whoever holds its key could fill the disk with more. */
    private static final int MOST = 50;

    private static final long MOST_BYTES = 8L << 20;

    private final JdbcClient jdbc;
    private final AuditLog audit;

    UnknownRuns(JdbcClient jdbc, AuditLog audit) {
        this.jdbc = jdbc;
        this.audit = audit;
    }

    /** Whether the caller is a runner of an organization whose database was restored, so that it may know more than the database. */
    private boolean mayKnowMore(Caller caller) {
        return caller.kind() == Caller.Kind.RUNNER
                && jdbc.sql("select exists (select from restorations where organization_id = :organization)")
                        .param("organization", caller.organizationId())
                        .query(Boolean.class)
                        .single();
    }

    /** What somebody is answered who names a run that is not within reach. Another organization's is answered alike. */
    ProblemException noSuchRun(Caller caller, String id) {
        return ID.matcher(id).matches() && mayKnowMore(caller)
                ? refusal("This run is not known.")
                : ProblemType.NOT_FOUND.because("No such run request.");
    }

    /** What a runner is answered whose lease token belongs to no attempt at all. */
    ProblemException noSuchAttempt(Caller caller, RunRequest run) {
        return mayKnowMore(caller) && isAllowed(caller, run)
                ? refusal("This attempt of the run is not known.")
                : ProblemType.LEASE_INVALID.because("The lease token does not belong to this run.");
    }

    private static ProblemException refusal(String what) {
        return ProblemType.RUN_UNKNOWN_AFTER_RESTORE.because(what + " The database was put back to an earlier moment.");
    }

    private boolean isAllowed(Caller runner, RunRequest run) {
        return jdbc.sql("""
                        select exists (select from alloy_runners
                                       where organization_id = :organization and id = :runner and :project = any (allowed_projects))
                        """)
                .param("organization", run.organizationId())
                .param("runner", runner.name())
                .param("project", run.projectId())
                .query(Boolean.class)
                .single();
    }

    /** Keeps a report on a run that the database does not know; equal ones once, and no more of a runner than some. */
    void keep(Caller runner, String runRequestId, byte[] body) {
        int kept = jdbc.sql("""
                        with reporting as materialized (
                            select organization_id, id from alloy_runners
                            where organization_id = :organization and id = :runner for no key update)
                        insert into late_reports (organization_id, runner_id, run_request_id, reason, body, reported_by)
                        select w.organization_id, w.id, :run, :reason, :body, 'runner:' || w.id
                        from reporting w
                        where (select count(*) < :most and coalesce(sum(l.bytes), 0) + :size <= :mostBytes from late_reports l
                               where l.organization_id = :organization and l.runner_id = :runner
                                 and l.received_at >= (select max(n.found_at) from restorations n
                                                       where n.organization_id = :organization))
                          and not exists (select from late_reports l
                                          where l.organization_id = :organization and l.runner_id = :runner
                                            and l.run_request_id = :run and l.digest = :digest)
                        """)
                .param("organization", runner.organizationId())
                .param("runner", runner.name())
                .param("run", runRequestId)
                .param("reason", UNKNOWN_RUN)
                .param("body", body)
                .param("size", body.length)
                .param("most", MOST)
                .param("mostBytes", MOST_BYTES)
                .param("digest", Digest.of(body))
                .update();
        if (kept > 0) {
            audit.append(AuditFact.of(
                            runner.actor(),
                            "run.late_report_kept",
                            runner.organizationId(),
                            null,
                            "run_request",
                            runRequestId)
                    .with("reason", UNKNOWN_RUN));
        }
    }
}
