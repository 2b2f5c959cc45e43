package dev.alloy.run;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The moves of a run request that no runner makes: by the end of a time, or by a person. Like those of {@link RunMoves} each is one
 * SQL statement that names the state it expects.
 */
@Component
class RecoveryMoves {

    /** As much as one transaction takes on. */
    private static final int BATCH = 100;

    private final JdbcClient jdbc;
    private final RunSettings settings;

    RecoveryMoves(JdbcClient jdbc, RunSettings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /** offered → queued, for offers that were not answered in time; parked when that was one too many. Answers the runs. */
    List<String> expireOffers(String organizationId) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set status = 'queued', unanswered_offers = unanswered_offers + 1, version = version + 1,
                            parked_at = case when unanswered_offers + 1 >= :max then alloy_now() end,
                            parked_reason = case when unanswered_offers + 1 >= :max then 'offers-unanswered' end
                        where id in (
                            select id from foundry_run_requests
                            where organization_id = :organization
                              and offer_expires_at <= alloy_now() and accepted_at is null and completed_at is null
                              and status = 'offered'
                            order by offer_expires_at limit :batch for update skip locked)
                        returning id
                        """)
                .param("organization", organizationId)
                .param("max", settings.maxOffers())
                .param("batch", BATCH)
                .query(String.class)
                .list();
    }

    /** Runs whose newest attempt's lease is over; locked with it for the rest of the transaction, so that nobody renews it now. */
    List<String> leasesOver(String organizationId) {
        return jdbc.sql("""
                        select r.id from run_attempts a
                        join foundry_run_requests r on r.id = a.run_request_id and r.attempts = a.attempt
                        where a.organization_id = :organization
                          and a.lease_expires_at <= alloy_now() and r.status in ('accepted', 'executing')
                        order by a.lease_expires_at limit :batch for update of a, r skip locked
                        """)
                .param("organization", organizationId)
                .param("batch", BATCH)
                .query(String.class)
                .list();
    }

    /** Runs that waited longer than they may, or past their expires_at; locked for the rest of the transaction. */
    List<String> overdue(String organizationId) {
        return jdbc.sql("""
                        select q.id from foundry_run_requests q
                        join formation_brief_compilations b on b.organization_id = q.organization_id and b.id = q.formation_brief_id
                        join foundry_installations i on i.owning_organization_id = q.organization_id and i.id = q.installation_id
                        where q.organization_id = :organization
                          and q.accepted_at is null and q.completed_at is null and q.status in ('queued', 'awaiting_approval')
                          and (q.expires_at <= alloy_now()
                               or q.queue_expires_at <= alloy_now()
                                  and i.connection_type <> 'manual' and b.target ->> 'mode' <> 'manual_projection')
                        limit :batch for update of q skip locked
                        """)
                .param("organization", organizationId)
                .param("batch", BATCH)
                .query(String.class)
                .list();
    }

    /** accepted or executing → queued, for another attempt. */
    boolean requeue(RunRequest run) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set status = 'queued', accepted_at = null, started_at = null, version = version + 1,
                            queue_expires_at = alloy_now() + make_interval(secs => :queueTtl)
                        where organization_id = :organization and id = :id and status = :from and attempts = :attempt
                          and (status = 'accepted' or effect = 'read_only')
                        """)
                        .param("organization", run.organizationId())
                        .param("id", run.id())
                        .param("from", run.status().wireName())
                        .param("attempt", run.attempts())
                        .param("queueTtl", settings.queueTtl().toSeconds())
                        .update()
                == 1;
    }

    /** executing → lost, where the run may have changed something. */
    boolean lose(RunRequest run) {
        return jdbc.sql("""
                        update foundry_run_requests set status = 'lost', version = version + 1
                        where organization_id = :organization and id = :id and status = 'executing' and attempts = :attempt
                          and effect = 'mutating'
                        """)
                        .param("organization", run.organizationId())
                        .param("id", run.id())
                        .param("attempt", run.attempts())
                        .update()
                == 1;
    }

    /** The state that is expected → ended, without a runner's word. */
    boolean end(RunRequest run, RunStatus to, @Nullable Failure failure) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set status = :to, completed_at = alloy_now(), account_version = 1, account_status = :to, failure_category = :category, failure_code = :code,
                            failure_message = :message, version = version + 1
                        where organization_id = :organization and id = :id and status = :from and attempts = :attempt
                        """)
                        .param("organization", run.organizationId())
                        .param("id", run.id())
                        .param("from", run.status().wireName())
                        .param("attempt", run.attempts())
                        .param("to", to.wireName())
                        .param("category", failure == null ? null : failure.category())
                        .param("code", failure == null ? null : failure.code())
                        .param("message", failure == null ? null : failure.message())
                        .update()
                == 1;
    }

    /** awaiting_approval → cancelled, since a reviewer refuses to approve it. */
    boolean decline(RunRequest run, String by, String reason) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set status = 'cancelled', completed_at = alloy_now(), account_version = 1, account_status = 'cancelled',
                            declined_by = :by, decline_reason = :reason, version = version + 1
                        where organization_id = :organization and id = :id and status = 'awaiting_approval'
                        """)
                        .param("organization", run.organizationId())
                        .param("id", run.id())
                        .param("by", by)
                        .param("reason", reason)
                        .update()
                == 1;
    }

    /** lost, or queued where nothing is dispatched → ended as a person says. */
    boolean resolve(RunRequest run, RunStatus to, @Nullable Failure failure, String by, String reason) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set status = :to, completed_at = alloy_now(), account_version = 1, account_status = :to, failure_category = :category, failure_code = :code,
                            failure_message = :message, resolved_by = :by, resolution_reason = :reason, version = version + 1
                        where organization_id = :organization and id = :id and status = :from and status in ('lost', 'queued')
                        """)
                        .param("organization", run.organizationId())
                        .param("id", run.id())
                        .param("from", run.status().wireName())
                        .param("to", to.wireName())
                        .param("category", failure == null ? null : failure.category())
                        .param("code", failure == null ? null : failure.code())
                        .param("message", failure == null ? null : failure.message())
                        .param("by", by)
                        .param("reason", reason)
                        .update()
                == 1;
    }

    /** executing, to be called off when its runner hears of it. */
    boolean askToCancel(RunRequest run, String by, String reason) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set cancel_requested_at = alloy_now(), cancel_requested_by = :by, cancel_reason = :reason,
                            version = version + 1
                        where organization_id = :organization and id = :id and status = 'executing' and cancel_requested_at is null
                        """)
                        .param("organization", run.organizationId())
                        .param("id", run.id())
                        .param("by", by)
                        .param("reason", reason)
                        .update()
                == 1;
    }

    /** Parked → in the queue again, with all its offers before it. */
    boolean unpark(RunRequest run) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set parked_at = null, parked_reason = null, unanswered_offers = 0, version = version + 1,
                            queue_expires_at = alloy_now() + make_interval(secs => :queueTtl)
                        where organization_id = :organization and id = :id and status = 'queued' and parked_at is not null
                        """)
                        .param("organization", run.organizationId())
                        .param("id", run.id())
                        .param("queueTtl", settings.queueTtl().toSeconds())
                        .update()
                == 1;
    }
}
