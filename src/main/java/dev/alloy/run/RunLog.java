package dev.alloy.run;

import dev.alloy.audit.Actor;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.contract.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps what was said or tried of a run and did not move it: late reports, and refusals in the audit log. */
@Component
class RunLog {

    private static final int MOST_LATE = 20;

    private final JdbcClient jdbc;
    private final AuditLog audit;

    RunLog(JdbcClient jdbc, AuditLog audit) {
        this.jdbc = jdbc;
        this.audit = audit;
    }

    /** Somebody tried what must not be; the run did not move. */
    void refused(RunRequest run, String type, Actor actor) {
        audit.append(AuditFact.of(actor, type, run.organizationId(), run.projectId(), "run_request", run.id()));
    }

    /**
     * Something was said of a run that is not believed; it is kept for a person to see.
     *
     * <p>Equal ones are kept once, and {@value #MOST_LATE} of a reason: whoever holds a dead token could fill the disk with more.
     *
     * @param conflict the gates that it says failed, where it differs from the result that was taken; null where it does not
     * @return whether it is kept now, and was not before
     */
    boolean late(RunRequest run, String reason, byte[] body, @Nullable List<String> conflict, Actor actor) {
        int kept = jdbc.sql("""
                        insert into late_reports (organization_id, project_id, run_request_id, reason, body, reported_by, failed_gates)
                        select :organization, :project, :run, :reason, :body, :by, :conflict::text[]
                        where (select count(*) from late_reports l
                               where l.organization_id = :organization and l.run_request_id = :run and l.reason = :reason) < :most
                          and not exists (select from late_reports l
                                          where l.organization_id = :organization and l.run_request_id = :run
                                            and l.reason = :reason and l.digest = :digest)
                        """)
                .param("organization", run.organizationId())
                .param("project", run.projectId())
                .param("run", run.id())
                .param("reason", reason)
                .param("body", body)
                .param("by", actor.type() + ":" + actor.name())
                .param("conflict", conflict == null ? null : conflict.toArray(String[]::new))
                .param("most", MOST_LATE)
                .param("digest", Digest.of(body))
                .update();
        if (kept == 0) {
            return false;
        }
        count(run, conflict != null);
        audit.append(AuditFact.of(
                        actor, "run.late_report_kept", run.organizationId(), run.projectId(), "run_request", run.id())
                .with("reason", reason));
        return true;
    }

    private void count(RunRequest run, boolean conflicting) {
        jdbc.sql("""
                        update foundry_run_requests
                        set late_reports = late_reports + 1, conflicting_reports = conflicting_reports + :conflicts,
                            version = version + 1
                        where organization_id = :organization and id = :id
                        """)
                .param("organization", run.organizationId())
                .param("id", run.id())
                .param("conflicts", conflicting ? 1 : 0)
                .update();
    }
}
