package dev.alloy.run;

import dev.alloy.access.Caller;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Every move of a run request: one SQL statement each, which names the state it expects. A statement that finds no such row
 * changes nothing, and its caller learns so.
 */
@Component
class RunMoves {

    private final JdbcClient jdbc;
    private final RunSettings settings;

    RunMoves(JdbcClient jdbc, RunSettings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /** A run to be stored. */
    record NewRun(
            String id,
            String organizationId,
            String projectId,
            @Nullable String requestedRunnerId,
            String installationId,
            String formationBriefId,
            String briefDigest,
            String promptPackId,
            String promptPackDigest,
            boolean promptPackEdited,
            String entryEvent,
            byte[] payload,
            String throttle,
            String effect,
            String repoPath,
            String repoRevision,
            String branch,
            String idempotencyKey,
            String requestedBy,
            @Nullable Instant expiresAt,
            @Nullable String correlationId,
            @Nullable Repetition repetition) {}

    /**
     * That a run is another one asked for again.
     *
     * @param needsNewApproval whether only an approval that is given after this counts
     */
    record Repetition(String supersedes, int ordinal, String reason, boolean needsNewApproval) {}

    /** Stores a run that awaits an approval. False when an equal one is there; nothing changed then. */
    boolean create(NewRun run) {
        Repetition repetition = run.repetition();
        return jdbc.sql("""
                        insert into foundry_run_requests (id, organization_id, project_id, requested_runner_id, installation_id,
                            formation_brief_id, brief_digest, prompt_pack_id, prompt_pack_digest, prompt_pack_edited, entry_event, payload, throttle,
                            effect, repo_path, repo_revision, branch, idempotency_key, status, requested_by, expires_at,
                            correlation_id, supersedes, reexecution_ordinal, reexecution_reason, needs_new_approval)
                        values (:id, :organization, :project, :requestedRunner, :installation,
                            :brief, :briefDigest, :pack, :packDigest, :packEdited, :entryEvent, :payload, :throttle,
                            :effect, :path, :revision, :branch, :key, 'awaiting_approval', :requestedBy, :expiresAt,
                            :correlation, :supersedes, :ordinal, :reason, :newApproval)
                        on conflict do nothing
                        """)
                        .param("id", run.id())
                        .param("organization", run.organizationId())
                        .param("project", run.projectId())
                        .param("requestedRunner", run.requestedRunnerId())
                        .param("installation", run.installationId())
                        .param("brief", run.formationBriefId())
                        .param("briefDigest", run.briefDigest())
                        .param("pack", run.promptPackId())
                        .param("packDigest", run.promptPackDigest())
                        .param("packEdited", run.promptPackEdited())
                        .param("entryEvent", run.entryEvent())
                        .param("payload", run.payload())
                        .param("throttle", run.throttle())
                        .param("effect", run.effect())
                        .param("path", run.repoPath())
                        .param("revision", run.repoRevision())
                        .param("branch", run.branch())
                        .param("key", run.idempotencyKey())
                        .param("requestedBy", run.requestedBy())
                        .param("expiresAt", utc(run.expiresAt()))
                        .param("correlation", run.correlationId())
                        .param("supersedes", repetition == null ? null : repetition.supersedes())
                        .param("ordinal", repetition == null ? null : repetition.ordinal())
                        .param("reason", repetition == null ? null : repetition.reason())
                        .param("newApproval", repetition != null && repetition.needsNewApproval())
                        .update()
                == 1;
    }

    /** The highest ordinal in the run's chain, and among what the person ran again of the same brief, prompts and throttle. */
    int lastOrdinal(RunRequest first, String requestedBy) {
        return jdbc.sql("""
                        select coalesce(max(reexecution_ordinal), 0) from foundry_run_requests
                        where organization_id = :organization
                          and (id = :id or formation_brief_id = :brief and prompt_pack_id = :pack
                               and throttle = :throttle and requested_by = :requestedBy)
                        """)
                .param("organization", first.organizationId())
                .param("id", first.id())
                .param("brief", first.formationBriefId())
                .param("pack", first.promptPackId())
                .param("throttle", first.throttle())
                .param("requestedBy", requestedBy)
                .query(Integer.class)
                .single();
    }

    /**
     * Counts that the same request came again, and says which run it is. What makes it the same is asked for, not its key: the key
     * holds the payload, which a newer version of the service may write otherwise.
     */
    Optional<String> countReplay(
            String organizationId, String briefId, String packId, String throttle, String requestedBy) {
        return jdbc.sql("""
                        update foundry_run_requests set transport_replays = transport_replays + 1
                        where organization_id = :organization and formation_brief_id = :brief and prompt_pack_id = :pack
                          and throttle = :throttle and requested_by = :requestedBy and supersedes is null
                        returning id
                        """)
                .param("organization", organizationId)
                .param("brief", briefId)
                .param("pack", packId)
                .param("throttle", throttle)
                .param("requestedBy", requestedBy)
                .query(String.class)
                .optional();
    }

    /** Takes the row for the rest of the transaction, so that two words on one run come one after the other. */
    void lock(String organizationId, String id) {
        lock(Caller.system(organizationId), id);
    }

    /** As {@link #lock(String, String)}, where the run is within the caller's reach; false when it is not. */
    boolean lock(Caller caller, String id) {
        return jdbc.sql("""
                        select id from foundry_run_requests
                        where id = :id and (cast(:organization as text) is null or organization_id = :organization)
                          and (cast(:projects as text[]) is null or project_id = any (:projects))
                        for no key update
                        """)
                .param("id", id)
                .param("organization", caller.organizationId())
                .param(
                        "projects",
                        caller.projectIds() == null ? null : caller.projectIds().toArray(String[]::new))
                .query(String.class)
                .optional()
                .isPresent();
    }

    /** Binds an approval above dry_run to the run in the statement that queues it; the run is locked. */
    private static final String BOUND = """
            with bound as (
                update approvals set bound_run_request_id = :id, version = version + 1
                where organization_id = :organization and id = :approval and scope <> 'dry_run'
                  and revoked_at is null and voided_at is null and expires_at > alloy_now()
                  and (bound_run_request_id is null or bound_run_request_id = :id)
                returning id)
            """;

    private static final String IS_BOUND_OR_FREE = """
              and (exists (select 1 from bound)
                   or exists (
                       select 1 from approvals f
                       where f.organization_id = :organization and f.id = :approval and f.scope = 'dry_run'
                         and f.revoked_at is null and f.voided_at is null and f.expires_at > alloy_now()))
            """;

    /**
     * awaiting_approval → queued, under an approval that is free. The run is locked.
     *
     * @param fourEyesOff whether the run may change code and its project asks for one person only
     */
    boolean queue(String organizationId, String id, String approvalId, boolean fourEyesOff) {
        return jdbc.sql(BOUND + """
                        update foundry_run_requests
                        set status = 'queued', queued_at = alloy_now(), approval_id = :approval, version = version + 1,
                            queue_expires_at = alloy_now() + make_interval(secs => :queueTtl), four_eyes_off = :fourEyesOff
                        where organization_id = :organization and id = :id and status = 'awaiting_approval'
                        """ + IS_BOUND_OR_FREE)
                        .param("organization", organizationId)
                        .param("id", id)
                        .param("approval", approvalId)
                        .param("queueTtl", settings.queueTtl().toSeconds())
                        .param("fourEyesOff", fourEyesOff)
                        .update()
                == 1;
    }

    /** queued → queued under another approval, where the one it was queued under has ended. The run is locked. */
    boolean reapprove(String organizationId, String id, String approvalId, boolean fourEyesOff) {
        return jdbc.sql(BOUND + """
                        update foundry_run_requests r
                        set approval_id = :approval, four_eyes_off = :fourEyesOff, version = version + 1
                        where r.organization_id = :organization and r.id = :id and r.status = 'queued'
                          and exists (
                              select 1 from approvals a
                              where a.organization_id = r.organization_id and a.id = r.approval_id
                                and (a.revoked_at is not null or a.voided_at is not null or a.expires_at <= alloy_now()))
                        """ + IS_BOUND_OR_FREE)
                        .param("organization", organizationId)
                        .param("id", id)
                        .param("approval", approvalId)
                        .param("fourEyesOff", fourEyesOff)
                        .update()
                == 1;
    }

    /** An ended or lost run is told which one was asked for in its place. */
    void supersede(String organizationId, String id, String successorId) {
        jdbc.sql("""
                        update foundry_run_requests set superseded_by = :successor, version = version + 1
                        where organization_id = :organization and id = :id and superseded_by is null
                        """)
                .param("organization", organizationId)
                .param("id", id)
                .param("successor", successorId)
                .update();
    }

    /** Runs that wait for a runner, and offers that are over; counted to a hundred. */
    int countWaiting(String organizationId) {
        return jdbc.sql("""
                        select count(*) from (
                            select 1 from foundry_run_requests
                            where organization_id = :organization and queued_at is not null and accepted_at is null
                              and completed_at is null
                              and (status = 'queued' and parked_at is null or offer_expires_at <= alloy_now())
                            limit 100) waiting
                        """)
                .param("organization", organizationId)
                .query(Integer.class)
                .single();
    }

    /** Takes the runner's row for the rest of the transaction, so that what one poll was given is seen by the next. */
    void lockRunner(String organizationId, String runnerId) {
        jdbc.sql(
                        "select id from alloy_runners where organization_id = :organization and id = :runner for no key update")
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query(String.class)
                .single();
    }

    /** The runner's unanswered offer, when it still stands and nothing has come to stop the run. */
    Optional<String> standingOffer(String organizationId, String runnerId) {
        return jdbc.sql("""
                        select q.id from foundry_run_requests q
                        join run_stop_conditions c on c.organization_id = q.organization_id and c.run_request_id = q.id
                        where q.organization_id = :organization and q.queued_at is not null and q.accepted_at is null
                          and q.completed_at is null
                          and q.status = 'offered' and q.offer_runner_id = :runner and q.offer_expires_at > alloy_now()
                          and not (c.approval_expired or c.approval_stale or c.manual_only or c.manifest_mismatch
                                   or c.branch_busy)
                        order by q.offered_at limit 1
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query(String.class)
                .optional();
    }

    /**
     * queued → offered: the oldest run that the runner may have, unless it has all that it takes. The runner's row is locked.
     */
    Optional<String> offer(String organizationId, String runnerId, String traceId, Duration ttl) {
        boolean hasRoom = jdbc.sql("""
                        select r.max_concurrency > (
                            select count(*) from foundry_run_requests q
                            where q.organization_id = r.organization_id and q.runner_id = r.id
                              and q.accepted_at is not null and q.completed_at is null
                              and q.status in ('accepted', 'executing'))
                          and r.status not in ('draining', 'revoked')
                        from alloy_runners r where r.organization_id = :organization and r.id = :runner
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query(Boolean.class)
                .optional()
                .orElse(false);
        return hasRoom ? claim(organizationId, runnerId, traceId, ttl) : Optional.empty();
    }

    /**
     * Oldest first within a project; between projects the one that was served longest ago. Some runs behind the first of a project
     * are candidates too, since other polls may be at the first at this moment.
     *
     * <p>The fences ({@code offset 0}) keep the planner to the order in which this is written: the queue in its order, and what stops a run
     * asked for one after the other until there are enough. Else it judges all that wait before it takes the first.
     */
    private Optional<String> claim(String organizationId, String runnerId, String traceId, Duration ttl) {
        return jdbc.sql("""
                        with candidates as materialized (
                            select h.id, h.rank, h.queued_at, turn.served_at
                            from alloy_runners r
                            cross join lateral unnest(r.allowed_projects) as p (project_id)
                            cross join lateral (
                                select f.id, f.queued_at, row_number() over (order by f.queued_at, f.id) as rank
                                from (
                                    select w.id, w.queued_at
                                    from (
                                        select q.id, q.queued_at from foundry_run_requests q
                                        where q.organization_id = :organization and q.project_id = p.project_id
                                          and q.queued_at is not null and q.accepted_at is null and q.completed_at is null
                                          and q.status = 'queued' and q.parked_at is null
                                          -- Put so that no index but the queue's, which is in order, can serve.
                                          and coalesce(q.queue_expires_at > (select alloy_now()), false)
                                          and q.installation_id = any (r.installation_ids)
                                          and (q.effect = 'read_only' or q.project_id = any (r.trusted_projects))
                                          and 'alloy.foundry_execution_request.v1' = any (r.supported_schema_versions)
                                          and (q.requested_runner_id is null or q.requested_runner_id = r.id)
                                          and coalesce(q.expires_at > (select alloy_now()), true)
                                        order by q.queued_at, q.id offset 0) w
                                    cross join lateral (
                                        select from run_stop_conditions c
                                        where c.organization_id = :organization and c.run_request_id = w.id
                                          and not (c.approval_expired or c.approval_stale or c.manual_only
                                                   or c.manifest_mismatch or c.branch_busy)
                                        offset 0) free
                                    order by w.queued_at, w.id limit 16) f) h
                            left join lateral (
                                select o.offered_at as served_at from foundry_run_requests o
                                where o.organization_id = :organization and o.project_id = p.project_id
                                  and o.offered_at is not null
                                order by o.offered_at desc limit 1) turn on true
                            where r.organization_id = :organization and r.id = :runner)
                        update foundry_run_requests
                        set status = 'offered', offer_runner_id = :runner, offer_trace_id = :trace,
                            offer_expires_at = alloy_now() + make_interval(secs => :ttl), offered_at = alloy_now(),
                            version = version + 1
                        where organization_id = :organization and id = (
                            select q.id from foundry_run_requests q
                            join candidates k on k.id = q.id
                            where q.organization_id = :organization and q.status = 'queued'
                            order by k.rank, k.served_at nulls first, k.queued_at, k.id
                            for update of q skip locked limit 1)
                        returning id
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .param("trace", traceId)
                .param("ttl", ttl.toMillis() / 1000.0)
                .query(String.class)
                .optional();
    }

    /** offered → accepted, by the runner whose offer stands. Answers the attempt's number. */
    Optional<Integer> accept(String organizationId, String id, String runnerId) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set status = 'accepted', runner_id = offer_runner_id, attempts = attempts + 1,
                            accepted_at = alloy_now(), unanswered_offers = 0, version = version + 1
                        where organization_id = :organization and id = :id and status = 'offered'
                          and offer_runner_id = :runner and offer_expires_at > alloy_now()
                        returning attempts
                        """)
                .param("organization", organizationId)
                .param("id", id)
                .param("runner", runnerId)
                .query(Integer.class)
                .optional();
    }

    /** offered → queued, since something stops the run from going on with the runner it was offered to. */
    boolean withdraw(RunRequest run) {
        return jdbc.sql("""
                        update foundry_run_requests set status = 'queued', offer_expires_at = null, version = version + 1
                        where organization_id = :organization and id = :id and status = 'offered' and offer_runner_id = :runner
                        """)
                        .param("organization", run.organizationId())
                        .param("id", run.id())
                        .param("runner", run.offerRunnerId())
                        .update()
                == 1;
    }

    /** accepted → executing, for the newest attempt. */
    boolean start(String organizationId, String id, int attempt, @Nullable String foundryRunId) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set status = 'executing', started_at = alloy_now(), foundry_run_id = :foundryRun, version = version + 1
                        where organization_id = :organization and id = :id and status = 'accepted' and attempts = :attempt
                        """)
                        .param("organization", organizationId)
                        .param("id", id)
                        .param("attempt", attempt)
                        .param("foundryRun", foundryRunId)
                        .update()
                == 1;
    }

    /** One of {@code from} → ended, for the newest attempt. */
    boolean end(String organizationId, String id, int attempt, List<RunStatus> from, Ending ending) {
        Failure failure = ending.failure();
        RunStatus claimed = ending.claimedStatus();
        return jdbc.sql("""
                        update foundry_run_requests
                        set status = :status, completed_at = alloy_now(), failure_category = :category, failure_code = :code,
                            account_version = 1, account_status = :status, simulated = :simulated,
                            result_id = :result, claimed_status = :claimed,
                            failure_message = :message, retry_count = coalesce(:retries, retry_count),
                            foundry_run_id = coalesce(:foundryRun, foundry_run_id), version = version + 1
                        where organization_id = :organization and id = :id and attempts = :attempt and status in (:from)
                        """)
                        .param("organization", organizationId)
                        .param("id", id)
                        .param("attempt", attempt)
                        .param("from", from.stream().map(RunStatus::wireName).toList())
                        .param("status", ending.status().wireName())
                        .param("simulated", ending.simulated())
                        .param("result", ending.resultId())
                        .param("claimed", claimed == null ? null : claimed.wireName())
                        .param("category", failure == null ? null : failure.category())
                        .param("code", failure == null ? null : failure.code())
                        .param("message", failure == null ? null : failure.message())
                        .param("retries", ending.retryCount())
                        .param("foundryRun", ending.foundryRunId())
                        .update()
                == 1;
    }

    /** Counts a report that was kept and not believed. */
    void countLate(String organizationId, String id, boolean conflicting) {
        jdbc.sql("""
                        update foundry_run_requests
                        set late_reports = late_reports + 1, conflicting_reports = conflicting_reports + :conflicts,
                            version = version + 1
                        where organization_id = :organization and id = :id
                        """)
                .param("organization", organizationId)
                .param("id", id)
                .param("conflicts", conflicting ? 1 : 0)
                .update();
    }

    /** A newer account of an ended run; it never goes back to an older one. */
    boolean account(String organizationId, String id, int version, RunStatus status) {
        return jdbc.sql("""
                        update foundry_run_requests
                        set account_version = :accountVersion, account_status = :accountStatus, version = version + 1
                        where organization_id = :organization and id = :id
                          and status in ('completed', 'completed_with_findings', 'failed', 'cancelled')
                          and account_version <= :accountVersion
                        """)
                        .param("organization", organizationId)
                        .param("id", id)
                        .param("accountVersion", version)
                        .param("accountStatus", status.wireName())
                        .update()
                == 1;
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
