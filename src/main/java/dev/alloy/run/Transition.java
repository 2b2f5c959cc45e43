package dev.alloy.run;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One move of a run, named for the business act: the states it expects, what it sets, what becomes of the attempt, and what the history
 * says. {@link Transitions} applies it as a whole.
 *
 * @param from the states that the run may be in
 * @param to the state it comes to; null where it stays in its state
 * @param type the event in the history
 * @param assignments what the run's row is set to besides its state, as SQL
 * @param condition what must hold besides the state, as SQL
 * @param attempt what becomes of the attempt
 * @param number the attempt that the history names; null for none
 * @param detail what the history says more
 * @param values the SQL's parameters
 * @param reported whether a result ends the run
 */
record Transition(
        Set<RunStatus> from,
        @Nullable RunStatus to,
        String type,
        String assignments,
        String condition,
        AttemptChange attempt,
        @Nullable Integer number,
        Map<String, Object> detail,
        Map<String, @Nullable Object> values,
        boolean reported) {

    /** Why a run is parked, or lost, that may have started in the time that a restored database does not know. */
    static final String RESTORED = "restored";

    private static final Set<RunStatus> ENDED =
            EnumSet.of(RunStatus.COMPLETED, RunStatus.COMPLETED_WITH_FINDINGS, RunStatus.FAILED, RunStatus.CANCELLED);

    /** The approval is good, and above dry_run it is bound to this run; {@link dev.alloy.compilation.Approvals#bind} does that. */
    private static final String IS_APPROVED = """
             and exists (
                 select 1 from approvals f
                 where f.organization_id = :organization and f.id = :approval
                   and f.revoked_at is null and f.voided_at is null and f.expires_at > alloy_now()
                   and (f.scope = 'dry_run'
                        or exists (
                            select 1 from approval_bindings n
                            where n.organization_id = :organization and n.approval_id = f.id and n.run_request_id = r.id)))
            """;

    /** What the attempt's row becomes with the run's; {@code m} is the run as it is then. */
    enum AttemptChange {
        /** Nothing. */
        NONE(""),
        /** A new one, with its lease and tokens. */
        OPEN("""
                , attempt as (
                    insert into run_attempts (organization_id, project_id, run_request_id, attempt, id, runner_id, trace_id,
                        claim, lease_token_hashes, callback_token_hashes, lease_expires_at, requested_at)
                    select m.organization_id, m.project_id, m.id, m.attempts, :attemptId, m.runner_id, m.offer_trace_id,
                        cast(:claim as text), array[cast(:leaseHash as bytea)], array[cast(:callbackHash as bytea)],
                        m.accepted_at + make_interval(secs => :leaseTtl), m.requested_at
                    from moved m)
                """),
        /** Started. */
        START("""
                , attempt as (
                    update run_attempts a
                    set started_at = m.started_at, repo_revision_before = :revision, foundry_run_id = cast(:foundryRun as text)
                    from moved m
                    where a.organization_id = m.organization_id and a.run_request_id = m.id and a.attempt = m.attempts)
                """),
        /** Over before it started: the working copy was at another revision. */
        REFUSE_START("""
                , attempt as (
                    update run_attempts a
                    set repo_revision_before = :revision, ended_at = alloy_now(), lease_expires_at = null
                    from moved m
                    where a.organization_id = m.organization_id and a.run_request_id = m.id and a.attempt = m.attempts)
                """),
        /** Over, and so is its lease. */
        CLOSE("""
                , attempt as (
                    update run_attempts a set ended_at = alloy_now(), lease_expires_at = null
                    from moved m
                    where a.organization_id = m.organization_id and a.run_request_id = m.id and a.attempt = m.attempts
                      and a.ended_at is null)
                """),
        /** Its lease is over, and nobody knows what became of it. */
        LAPSE("""
                , attempt as (
                    update run_attempts a set lease_expires_at = null
                    from moved m
                    where a.organization_id = m.organization_id and a.run_request_id = m.id and a.attempt = m.attempts)
                """);

        private final String sql;

        AttemptChange(String sql) {
            this.sql = sql;
        }

        String sql() {
            return sql;
        }
    }

    /**
     * awaiting_approval → queued, under an approval that is free.
     *
     * @param fourEyesOff whether the run may change code and its project asks for one person only
     */
    static Transition queue(String approvalId, boolean fourEyesOff, Duration queueTtl) {
        return move(RunStatus.QUEUED, RunStatus.AWAITING_APPROVAL)
                .under(approvalId, fourEyesOff)
                .set("queued_at = alloy_now()")
                .until(queueTtl);
    }

    /** queued → queued under another approval, where the one it was queued under has ended. */
    static Transition reapprove(String approvalId, boolean fourEyesOff) {
        return note("queued", EnumSet.of(RunStatus.QUEUED))
                .under(approvalId, fourEyesOff)
                .when("""
                        exists (
                            select 1 from approvals a
                            where a.organization_id = r.organization_id and a.id = r.approval_id
                              and (a.revoked_at is not null or a.voided_at is not null or a.expires_at <= alloy_now()))
                        """);
    }

    /** queued → offered, reserved for a runner that has no other offer to answer. */
    static Transition offer(String runnerId, String traceId, Duration ttl) {
        return move(RunStatus.OFFERED, RunStatus.QUEUED)
                .set("""
                        offer_runner_id = :runner, offer_trace_id = :trace, offered_at = alloy_now(),
                        offer_expires_at = alloy_now() + make_interval(secs => :ttl)
                        """)
                .when("r.parked_at is null")
                .when("""
                        not exists (
                            select from run_queue o
                            join run_stop_conditions c on c.organization_id = o.organization_id and c.run_request_id = o.run_request_id
                            where o.organization_id = r.organization_id and o.offer_runner_id = :runner and o.status = 'offered'
                              and o.offer_expires_at > alloy_now()
                              and not\s""" + StopConditions.STOPS_RUN + ")")
                .value("runner", runnerId)
                .value("trace", traceId)
                .value("ttl", seconds(ttl))
                .telling(Map.of("runner_id", runnerId, "trace_id", traceId));
    }

    /** offered → queued: something keeps the run from going on with the runner it was offered to. */
    static Transition withdraw(RunRequest run, String because) {
        return move(RunStatus.QUEUED, RunStatus.OFFERED)
                .set("offer_expires_at = null")
                .when("r.offer_runner_id = :runner")
                .value("runner", run.offerRunnerId())
                .telling(Map.of("because", because));
    }

    /** offered → queued: the runner did not answer in time. */
    static Transition expireOffer(RunRequest run) {
        return move(RunStatus.QUEUED, RunStatus.OFFERED)
                .set("unanswered_offers = unanswered_offers + 1")
                .when("r.offer_expires_at <= alloy_now()")
                .telling(Map.of("because", "offer-expired", "runner_id", String.valueOf(run.offerRunnerId())));
    }

    /** Queued, and not offered again until a person requeues it. */
    static Transition park(String reason, int maxOffers) {
        return note("parked", EnumSet.of(RunStatus.QUEUED))
                .set("parked_at = alloy_now(), parked_reason = :reason")
                .when("r.parked_at is null and r.unanswered_offers >= :maxOffers")
                .value("reason", reason)
                .value("maxOffers", maxOffers)
                .telling(Map.of("reason", reason));
    }

    /** Parked → in the queue again, as if it had never been offered. */
    static Transition requeue(String reason, Duration queueTtl) {
        return note("requeued", EnumSet.of(RunStatus.QUEUED))
                .set("parked_at = null, parked_reason = null, unanswered_offers = 0")
                .until(queueTtl)
                .when("r.parked_at is not null")
                .telling(Map.of("reason", reason));
    }

    /**
     * Waiting, offered or accepted → parked until a person who may approve mutations requeues it: the database was put back to an earlier
     * moment, and the run may have started in the time that is gone. What waits for an approval stays parked when it is queued.
     */
    static Transition parkRestored(RunStatus from, int attempts) {
        Transition parked =
                switch (from) {
                    case OFFERED -> move(RunStatus.QUEUED, RunStatus.OFFERED).set("offer_expires_at = null");
                    case ACCEPTED ->
                        move(RunStatus.QUEUED, RunStatus.ACCEPTED)
                                .set("accepted_at = null, started_at = null")
                                .changing(AttemptChange.CLOSE)
                                .of(attempts);
                    default -> note("parked", EnumSet.of(RunStatus.AWAITING_APPROVAL, RunStatus.QUEUED));
                };
        return parked.named("parked")
                .set("parked_at = alloy_now(), parked_reason = '" + RESTORED + "'")
                .when("r.parked_reason is distinct from '" + RESTORED + "'")
                .telling(Map.of("reason", RESTORED, "was", from.wireName()));
    }

    /** executing → lost: the database was put back to a moment at which the run was at work, and nobody knows how it went on. */
    static Transition loseRestored(RunRequest run) {
        return move(RunStatus.LOST, RunStatus.EXECUTING)
                .when("r.effect = 'mutating'")
                .changing(AttemptChange.LAPSE)
                .of(run.attempts())
                .telling(Map.of("because", RESTORED));
    }

    /** What a new attempt is made of. */
    record NewAttempt(
            String id, @Nullable String acceptNonce, byte[] leaseHash, byte[] callbackHash, Duration leaseTtl) {}

    /** offered → accepted, by the runner whose offer stands. */
    static Transition accept(RunRequest run, String runnerId, NewAttempt attempt) {
        return move(RunStatus.ACCEPTED, RunStatus.OFFERED)
                .set("""
                        runner_id = offer_runner_id, attempts = attempts + 1, accepted_at = alloy_now(), unanswered_offers = 0
                        """)
                .when("r.offer_runner_id = :runner and r.offer_expires_at > alloy_now()")
                .when(StopConditions.NOTHING_STOPS)
                .value("runner", runnerId)
                .changing(AttemptChange.OPEN)
                .value("attemptId", attempt.id())
                .value("claim", attempt.acceptNonce())
                .value("leaseHash", attempt.leaseHash())
                .value("callbackHash", attempt.callbackHash())
                .value("leaseTtl", seconds(attempt.leaseTtl()))
                .of(run.attempts() + 1)
                .telling(Map.of("runner_id", runnerId));
    }

    /** accepted → executing: the mutation marker. Nothing stops the run, and its lease holds, at the moment in which it is set. */
    static Transition start(RunRequest run, String runnerId, String repoRevisionBefore, @Nullable String foundryRunId) {
        return move(RunStatus.EXECUTING, RunStatus.ACCEPTED)
                .set("started_at = alloy_now(), foundry_run_id = cast(:foundryRun as text)")
                .when(StopConditions.NOTHING_STOPS)
                .when("""
                        exists (
                            select from run_attempts h
                            where h.organization_id = r.organization_id and h.run_request_id = r.id and h.attempt = r.attempts
                              and h.lease_expires_at > greatest(alloy_now(), clock_timestamp()))
                        """)
                .value("runner", runnerId)
                .changing(AttemptChange.START)
                .value("revision", repoRevisionBefore)
                .value("foundryRun", foundryRunId)
                .of(run.attempts())
                .telling(Map.of("repo_revision_before", repoRevisionBefore));
    }

    /** accepted → failed: the working copy is at another revision than the approved one. */
    static Transition refuseStart(RunRequest run, String reportedRevision, Failure failure) {
        return move(RunStatus.FAILED, RunStatus.ACCEPTED)
                .ending(failure)
                .changing(AttemptChange.REFUSE_START)
                .value("revision", reportedRevision)
                .of(run.attempts())
                .telling(Map.of("failure", failure.code(), "reported", reportedRevision));
    }

    /** accepted, or executing where nothing can have changed → queued, for another attempt. */
    static Transition giveBack(RunRequest run, String because, String reason, Duration queueTtl) {
        return move(RunStatus.QUEUED, RunStatus.ACCEPTED, RunStatus.EXECUTING)
                .set("accepted_at = null, started_at = null")
                .until(queueTtl)
                .when("(r.status = 'accepted' or r.effect = 'read_only')")
                .changing(AttemptChange.CLOSE)
                .of(run.attempts())
                .telling(reason.isEmpty() ? Map.of("because", because) : Map.of("because", because, "reason", reason));
    }

    /** accepted or executing → failed: no attempt is left. */
    static Transition exhaust(RunRequest run, String because, Failure failure) {
        return move(RunStatus.FAILED, RunStatus.ACCEPTED, RunStatus.EXECUTING)
                .ending(failure)
                .of(run.attempts())
                .telling(Map.of("because", because, "failure", failure.code()));
    }

    /** executing → lost, where the run may have changed something and nobody knows. */
    static Transition lose(RunRequest run) {
        return move(RunStatus.LOST, RunStatus.EXECUTING)
                .when("r.effect = 'mutating'")
                .changing(AttemptChange.LAPSE)
                .of(run.attempts())
                .telling(Map.of("because", "lease-over"));
    }

    /** Not started → cancelled, by a person. */
    static Transition cancel(String reason) {
        return move(
                        RunStatus.CANCELLED,
                        RunStatus.AWAITING_APPROVAL,
                        RunStatus.QUEUED,
                        RunStatus.OFFERED,
                        RunStatus.ACCEPTED)
                .ending(null)
                .telling(Map.of("reason", reason));
    }

    /** awaiting_approval → cancelled: a reviewer refuses to approve it. */
    static Transition decline(String by, String reason) {
        return move(RunStatus.CANCELLED, RunStatus.AWAITING_APPROVAL)
                .named("declined")
                .ending(null)
                .set("declined_by = :by, decline_reason = :reason")
                .value("by", by)
                .value("reason", reason)
                .telling(Map.of("reason", reason));
    }

    /** accepted or executing → cancelled: a person had asked for it, and the lease is over. */
    static Transition cancelOverdue(RunRequest run) {
        return move(RunStatus.CANCELLED, RunStatus.ACCEPTED, RunStatus.EXECUTING)
                .ending(null)
                .of(run.attempts())
                .telling(Map.of("because", "lease-over"));
    }

    /** executing, to be cancelled when its runner hears of it. */
    static Transition askToCancel(RunRequest run, String by, String reason) {
        return note("cancel_requested", EnumSet.of(RunStatus.EXECUTING))
                .set("cancel_requested_at = alloy_now(), cancel_requested_by = :by, cancel_reason = :reason")
                .when("r.cancel_requested_at is null")
                .value("by", by)
                .value("reason", reason)
                .of(run.attempts())
                .telling(Map.of("reason", reason));
    }

    /** Waiting → failed: the run waited longer than it may. */
    static Transition expire(Failure failure) {
        return move(RunStatus.FAILED, RunStatus.AWAITING_APPROVAL, RunStatus.QUEUED)
                .ending(failure)
                .when("(r.expires_at <= alloy_now() or r.queue_expires_at <= alloy_now())")
                .telling(Map.of("failure", failure.code()));
    }

    /** One of the states → ended, by the report of its newest attempt. */
    static Transition end(RunRequest run, Collection<RunStatus> from, RunEnding ending) {
        Failure failure = ending.failure();
        return move(ending.status(), from.toArray(RunStatus[]::new))
                .ending(failure)
                .set("""
                        simulated = :simulated, retry_count = coalesce(cast(:retries as integer), retry_count),
                        foundry_run_id = coalesce(cast(:foundryRun as text), foundry_run_id),
                        result_id = cast(:result as text), claimed_status = cast(:claimed as text)
                        """)
                .value("simulated", ending.simulated())
                .value("retries", ending.retryCount())
                .value("foundryRun", ending.foundryRunId())
                .value("result", ending.resultId())
                .value(
                        "claimed",
                        ending.claimedStatus() == null
                                ? null
                                : ending.claimedStatus().wireName())
                .of(run.attempts())
                .telling(
                        failure == null
                                ? Map.of()
                                : Map.of("failure_category", failure.category(), "failure", failure.code()))
                .byReport();
    }

    /** lost, or queued where nothing is dispatched → ended as a person says. */
    static Transition resolve(RunRequest run, RunStatus to, @Nullable Failure failure, String by, String reason) {
        return move(to, RunStatus.LOST, RunStatus.QUEUED)
                .ending(failure)
                .set("resolved_by = :by, resolution_reason = :reason")
                .value("by", by)
                .value("reason", reason)
                .of(run.attempts() == 0 ? null : run.attempts())
                .telling(Map.of("because", "resolved", "reason", reason));
    }

    /** An ended or lost run is told which one was asked for in its place. */
    static Transition supersede(String successorId, String reason) {
        Set<RunStatus> over = EnumSet.copyOf(ENDED);
        over.add(RunStatus.LOST);
        return note("reexecuted", over)
                .set("superseded_by = :successor")
                .when("r.superseded_by is null")
                .value("successor", successorId)
                .telling(Map.of("reason", reason, "superseded_by", successorId));
    }

    /** A newer account of an ended run; it never goes back to an older one. */
    static Transition account(RunRequest run, int version, RunStatus status, String digest) {
        return note("account_superseded", ENDED)
                .set("account_version = :accountVersion, account_status = :accountStatus")
                .when("r.account_version <= :accountVersion")
                .value("accountVersion", version)
                .value("accountStatus", status.wireName())
                .of(run.attempts() == 0 ? null : run.attempts())
                .telling(Map.of("version", version, "account_status", status.wireName(), "account_digest", digest));
    }

    private static Transition move(RunStatus to, RunStatus... from) {
        return new Transition(
                Set.of(from), to, to.wireName(), "", "", AttemptChange.NONE, null, Map.of(), Map.of(), false);
    }

    private static Transition note(String type, Set<RunStatus> in) {
        return new Transition(Set.copyOf(in), null, type, "", "", AttemptChange.NONE, null, Map.of(), Map.of(), false);
    }

    private Transition under(String approvalId, boolean fourEyesOff) {
        return new Transition(
                        from, to, type, assignments, condition + IS_APPROVED, attempt, number, detail, values, reported)
                .set("approval_id = :approval, four_eyes_off = :fourEyesOff")
                .value("approval", approvalId)
                .value("fourEyesOff", fourEyesOff)
                .telling(
                        fourEyesOff
                                ? Map.of("approval_id", approvalId, "four_eyes", "off")
                                : Map.of("approval_id", approvalId));
    }

    private Transition named(String event) {
        return new Transition(from, to, event, assignments, condition, attempt, number, detail, values, reported);
    }

    private Transition until(Duration queueTtl) {
        return set("queue_expires_at = alloy_now() + make_interval(secs => :queueTtl)")
                .value("queueTtl", seconds(queueTtl));
    }

    private Transition ending(@Nullable Failure failure) {
        return set("""
                        completed_at = alloy_now(), account_version = 1, account_status = :to,
                        failure_category = :category, failure_code = :code, failure_message = :message
                        """)
                .changing(AttemptChange.CLOSE)
                .value("category", failure == null ? null : failure.category())
                .value("code", failure == null ? null : failure.code())
                .value("message", failure == null ? null : failure.message());
    }

    private Transition set(String sql) {
        return new Transition(
                from, to, type, assignments + ", " + sql, condition, attempt, number, detail, values, reported);
    }

    private Transition when(String sql) {
        return new Transition(
                from, to, type, assignments, condition + " and " + sql, attempt, number, detail, values, reported);
    }

    private Transition changing(AttemptChange change) {
        return new Transition(from, to, type, assignments, condition, change, number, detail, values, reported);
    }

    private Transition of(@Nullable Integer attemptNumber) {
        return new Transition(from, to, type, assignments, condition, attempt, attemptNumber, detail, values, reported);
    }

    private Transition telling(Map<String, Object> more) {
        return new Transition(from, to, type, assignments, condition, attempt, number, more, values, reported);
    }

    private Transition byReport() {
        return new Transition(from, to, type, assignments, condition, attempt, number, detail, values, true);
    }

    private Transition value(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new HashMap<>(values);
        more.put(name, value);
        return new Transition(from, to, type, assignments, condition, attempt, number, detail, more, reported);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
