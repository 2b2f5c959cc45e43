package dev.alloy.run;

import dev.alloy.compilation.Approval;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds the runs that wait for an approval, or for one in place of one that has ended. */
@Component
class UnapprovedRuns {

    private final JdbcClient jdbc;

    UnapprovedRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Queued runs whose approval has ended and whose brief has another, locked but for those that others have; a hundred at most. */
    List<RunRequest> orphans(String organizationId) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from run_queue q
                        join foundry_run_requests r on r.organization_id = q.organization_id and r.id = q.run_request_id
                        join approvals a on a.organization_id = r.organization_id and a.id = r.approval_id
                        where q.organization_id = :organization and q.status = 'queued' and r.status = 'queued'
                          and (a.revoked_at is not null or a.voided_at is not null or a.expires_at <= alloy_now())
                          and exists (
                              select 1 from approvals o
                              where o.organization_id = r.organization_id and o.formation_brief_id = r.formation_brief_id
                                and o.revoked_at is null and o.voided_at is null and o.expires_at > alloy_now())
                        order by r.queued_at, r.id limit 100 for update of r skip locked
                        """)
                .param("organization", organizationId)
                .query(RunRow.MAPPER)
                .list();
    }

    /** Runs of the approved brief that have no approval, or one that has ended; the oldest first. */
    List<RunRequest> waitingFor(Approval approval) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from run_queue q
                        join foundry_run_requests r on r.organization_id = q.organization_id and r.id = q.run_request_id
                        left join approvals a on a.organization_id = r.organization_id and a.id = r.approval_id
                        where q.organization_id = :organization and q.formation_brief_id = :brief
                          and (r.status = 'awaiting_approval'
                               or r.status = 'queued'
                                  and (a.revoked_at is not null or a.voided_at is not null or a.expires_at <= alloy_now()))
                        order by r.requested_at, r.id
                        """)
                .param("organization", approval.organizationId())
                .param("brief", approval.formationBriefId())
                .query(RunRow.MAPPER)
                .list();
    }
}
