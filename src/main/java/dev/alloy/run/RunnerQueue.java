package dev.alloy.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

    /**
     * What a poll finds.
     *
     * @param run the run that the runner was offered and has not answered, or one that is queued and that it may have, locked; null where
     *     there is none
     * @param overlayDigests the gate overlays that the run's approval covers
     * @param isNews whether the runner's last note of a poll is old
     */
    record Found(@Nullable RunRequest run, Set<String> overlayDigests, boolean isNews) {}

    /**
     * Locks the runner's row, and finds its standing offer, else the oldest run that it may have. Nothing where the runner has all that it
     * takes. Where it waited for another poll of the runner, it may find a second run for it: {@link Transition#offer} refuses that.
     *
     * <p>Oldest first within a project; between projects the one that was served longest ago. Some runs behind the first of a project
     * are candidates too, since other polls may be at the first at this moment.
     *
     * <p>The fences ({@code offset 0}) keep the planner to the order in which this is written: the queue in its order, and what stops a run
     * asked for one after the other until there are enough. Else it judges all that wait before it takes the first.
     */
    Found find(String organizationId, String runnerId) {
        return jdbc.sql("""
                        with me as materialized (
                            select r.id from alloy_runners r
                            where r.organization_id = :organization and r.id = :runner
                            for no key update),
                        standing as materialized (
                            select q.run_request_id as id, q.offered_at from me
                            join run_queue q on q.organization_id = :organization and q.offer_runner_id = me.id
                            join run_stop_conditions c on c.organization_id = q.organization_id and c.run_request_id = q.run_request_id
                            where q.status = 'offered' and q.offer_expires_at > alloy_now()
                              and not\s""" + StopConditions.STOPS_RUN + """
                            order by q.offered_at limit 1),
                        candidates as materialized (
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
                                          and not\s""" + StopConditions.STOPS_RUN + """
                                        offset 0) free
                                    order by w.queued_at, w.id limit 16) f) h
                            cross join lateral (
                                select greatest(
                                    (select max(o.offered_at) from run_queue o
                                     where o.organization_id = :organization and o.project_id = p.project_id),
                                    (select max(t.accepted_at) from run_attempts t
                                     where t.organization_id = :organization and t.project_id = p.project_id)) as served_at) turn
                            where r.organization_id = :organization and r.id = (select me.id from me)
                              and not (s.revoked or s.draining or s.at_capacity)
                              and not exists (select from standing)),
                        chosen as (
                            select r.* from foundry_run_requests r
                            join (
                                select id, rank, served_at, queued_at from candidates
                                union all
                                select id, 0, null, offered_at from standing) k on k.id = r.id
                            -- Another poll may have had the row, and offered it to its own runner.
                            where r.organization_id = :organization
                              and (r.status = 'queued' or r.status = 'offered' and r.offer_runner_id = :runner)
                            order by k.rank, k.served_at nulls first, k.queued_at, k.id
                            for update of r skip locked limit 1)
                        select\s""" + RunRow.COLUMNS + """
                        , n.last_poll_at is null or n.last_poll_at < alloy_now() - interval '30 seconds' as is_news, a.overlay_digests
                        from alloy_runners n
                        left join chosen r on true
                        left join approvals a on a.organization_id = r.organization_id and a.id = r.approval_id
                        where n.organization_id = :organization and n.id = :runner
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query(RunnerQueue::found)
                .single();
    }

    private static Found found(ResultSet row, int number) throws SQLException {
        boolean isNews = row.getBoolean("is_news");
        if (row.getString("id") == null) {
            return new Found(null, Set.of(), isNews);
        }
        List<String> overlays =
                List.of((String[]) row.getArray("overlay_digests").getArray());
        return new Found(RunRow.MAPPER.mapRow(row, number), Set.copyOf(overlays), isNews);
    }
}
