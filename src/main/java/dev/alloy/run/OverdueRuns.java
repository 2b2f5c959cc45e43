package dev.alloy.run;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds and locks runs whose offer, lease or time in the queue is over, passing over those that somebody else has locked. */
@Component
class OverdueRuns {

    /** As much as one transaction takes on. */
    private static final int BATCH = 100;

    private final JdbcClient jdbc;

    OverdueRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Runs whose offer was not answered in time. */
    List<RunRequest> offers(String organizationId) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from run_queue q
                        join foundry_run_requests r on r.organization_id = q.organization_id and r.id = q.run_request_id
                        where q.organization_id = :organization and q.status = 'offered' and q.offer_expires_at <= alloy_now()
                          and r.status = 'offered' and r.offer_expires_at <= alloy_now()
                        order by q.offer_expires_at limit :batch for update of r skip locked
                        """)
                .param("organization", organizationId)
                .param("batch", BATCH)
                .query(RunRow.MAPPER)
                .list();
    }

    /** Runs whose newest attempt's lease is over; the attempt is locked too, so that nobody renews it now. */
    List<RunRequest> leases(String organizationId) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from run_attempts a
                        join foundry_run_requests r on r.id = a.run_request_id and r.attempts = a.attempt
                        where a.organization_id = :organization
                          and a.lease_expires_at <= alloy_now() and r.status in ('accepted', 'executing')
                        order by a.lease_expires_at limit :batch for update of a, r skip locked
                        """)
                .param("organization", organizationId)
                .param("batch", BATCH)
                .query(RunRow.MAPPER)
                .list();
    }

    /** Runs that waited longer than they may, or past their expires_at. */
    List<RunRequest> waits(String organizationId) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from run_queue q
                        join foundry_run_requests r on r.organization_id = q.organization_id and r.id = q.run_request_id
                        join formation_brief_compilations b on b.organization_id = r.organization_id and b.id = r.formation_brief_id
                        join foundry_installations i on i.owning_organization_id = r.organization_id and i.id = r.installation_id
                        where q.organization_id = :organization and q.status in ('queued', 'awaiting_approval')
                          and r.status in ('queued', 'awaiting_approval')
                          -- May have started in the time that a restored database does not know: no end of a wait is true of it.
                          and r.parked_reason is distinct from 'restored'
                          -- Of the run's row, which is read again when another transaction had it locked.
                          and (r.expires_at <= alloy_now()
                               or r.queue_expires_at <= alloy_now()
                                  and i.connection_type <> 'manual' and b.target ->> 'mode' <> 'manual_projection')
                        limit :batch for update of r skip locked
                        """)
                .param("organization", organizationId)
                .param("batch", BATCH)
                .query(RunRow.MAPPER)
                .list();
    }

    /** The organizations in which something is over at this moment. */
    List<String> organizations() {
        return jdbc.sql("""
                        select organization_id from run_queue
                        where offer_expires_at <= alloy_now() and status = 'offered'
                           or queue_expires_at <= alloy_now() or expires_at <= alloy_now()
                        union
                        select organization_id from run_attempts where lease_expires_at <= alloy_now()
                        """).query(String.class).list();
    }
}
