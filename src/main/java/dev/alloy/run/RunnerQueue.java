package dev.alloy.run;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Looks through the queue for a runner. */
@Component
class RunnerQueue {

    private final JdbcClient jdbc;

    RunnerQueue(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Runs that wait for a runner, and offers that are over; counted to a hundred. */
    int countWaiting(String organizationId) {
        return jdbc.sql("""
                        select count(*) from (
                            select 1 from run_queue
                            where organization_id = :organization and queued_at is not null
                              and (status = 'queued' and not parked or offer_expires_at <= alloy_now())
                            limit 100) waiting
                        """)
                .param("organization", organizationId)
                .query(Integer.class)
                .single();
    }

    /** The runner's unanswered offer, when it still stands and nothing has come to stop the run. */
    Optional<RunRequest> standingOffer(String organizationId, String runnerId) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from run_queue q
                        join foundry_run_requests r on r.organization_id = q.organization_id and r.id = q.run_request_id
                        join run_stop_conditions c on c.organization_id = r.organization_id and c.run_request_id = r.id
                        where q.organization_id = :organization and q.status = 'offered' and q.offer_runner_id = :runner
                          and q.offer_expires_at > alloy_now()
                          and not (c.approval_expired or c.approval_stale or c.manual_only or c.manifest_mismatch
                                   or c.branch_busy)
                        order by q.offered_at limit 1
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query(RunRow.MAPPER)
                .optional();
    }

    /**
     * The oldest run that the runner may have, locked; empty where there is none or the runner has all that it takes. The runner's row is
     * locked.
     *
     * <p>Oldest first within a project; between projects the one that was served longest ago. Some runs behind the first of a project
     * are candidates too, since other polls may be at the first at this moment.
     *
     * <p>The fences ({@code offset 0}) keep the planner to the order in which this is written: the queue in its order, and what stops a run
     * asked for one after the other until there are enough. Else it judges all that wait before it takes the first.
     */
    Optional<RunRequest> lockNext(String organizationId, String runnerId) {
        return jdbc.sql("""
                        with candidates as materialized (
                            select h.id, h.rank, h.queued_at, turn.served_at
                            from alloy_runners r
                            join runner_conditions s on s.organization_id = r.organization_id and s.runner_id = r.id
                            cross join lateral unnest(r.allowed_projects) as p (project_id)
                            cross join lateral (
                                select f.id, f.queued_at, row_number() over (order by f.queued_at, f.id) as rank
                                from (
                                    select w.id, w.queued_at
                                    from (
                                        select q.run_request_id as id, q.queued_at from run_queue q
                                        where q.organization_id = :organization and q.project_id = p.project_id
                                          and q.queued_at is not null and q.status = 'queued' and not q.parked
                                          and q.queue_expires_at > (select alloy_now())
                                          and not (not_allowed_project(q.project_id, r)
                                                   or untrusted_for_effect(q.project_id, q.effect, r)
                                                   or does_not_serve_installation(q.installation_id, r)
                                                   or schema_version_unsupported(r)
                                                   or pinned_to_another_runner(q.requested_runner_id, r))
                                          and coalesce(q.expires_at > (select alloy_now()), true)
                                        order by q.queued_at, q.run_request_id offset 0) w
                                    cross join lateral (
                                        select from run_stop_conditions c
                                        where c.organization_id = :organization and c.run_request_id = w.id
                                          and not (c.approval_expired or c.approval_stale or c.manual_only
                                                   or c.manifest_mismatch or c.branch_busy)
                                        offset 0) free
                                    order by w.queued_at, w.id limit 16) f) h
                            cross join lateral (
                                select greatest(
                                    (select max(o.offered_at) from run_queue o
                                     where o.organization_id = :organization and o.project_id = p.project_id),
                                    (select max(t.accepted_at) from run_attempts t
                                     where t.organization_id = :organization and t.project_id = p.project_id)) as served_at) turn
                            where r.organization_id = :organization and r.id = :runner
                              and not (s.revoked or s.draining or s.at_capacity))
                        select\s""" + RunRow.COLUMNS + """
                         from foundry_run_requests r
                        join candidates k on k.id = r.id
                        where r.organization_id = :organization and r.status = 'queued'
                        order by k.rank, k.served_at nulls first, k.queued_at, k.id
                        for update of r skip locked limit 1
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query(RunRow.MAPPER)
                .optional();
    }
}
