package dev.alloy.run;

import dev.alloy.audit.Actor;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.problem.Correlation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Applies transitions: state, attempt, history, audit event and bell in one act, of which no caller can do a part. Nobody else writes a
 * run's state. Source: docs/dispatch.md.
 */
@Component
class Transitions {

    private static final String WRITES_HISTORY = """
            , told as (
                insert into run_events (organization_id, project_id, run_request_id, type, from_status, to_status, attempt,
                    actor, detail, correlation_id)
                select m.organization_id, m.project_id, m.id, :type, cast(:before as text), m.status, cast(:number as integer),
                    :actor, cast(:detail as jsonb), cast(:correlation as text)
                from moved m)
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final AuditLog audit;
    private final QueueBell bell;
    private final ApplicationEventPublisher events;

    Transitions(JdbcClient jdbc, JsonMapper json, AuditLog audit, QueueBell bell, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.json = json;
        this.audit = audit;
        this.bell = bell;
        this.events = events;
    }

    /**
     * Moves a run that is locked, or was locked when it was read.
     *
     * @param run as it was read; when its state or attempt is no longer that, nothing changes
     * @return the run as it is then; empty when the move does not apply
     */
    Optional<RunRequest> apply(RunRequest run, Transition move, Actor actor) {
        if (!move.from().contains(run.status())) {
            return Optional.empty();
        }
        RunStatus to = move.to() == null ? run.status() : move.to();
        Map<String, @Nullable Object> values = new HashMap<>(move.values());
        values.put("organization", run.organizationId());
        values.put("run", run.id());
        values.put("before", run.status().wireName());
        values.put("attempts", run.attempts());
        values.put("to", to.wireName());
        Optional<RunRequest> moved = jdbc.sql("""
                        with moved as (
                            update foundry_run_requests r set version = r.version + 1
                        """
                        + (move.to() == null ? "" : ", status = :to") + move.assignments() + """
                             where r.organization_id = :organization and r.id = :run and r.status = :before
                               and r.attempts = :attempts
                        """ + move.condition()
                        + " returning r.*)" + move.attempt().sql() + WRITES_HISTORY + AuditLog.appendingFor("moved")
                        + " select " + RunRow.COLUMNS + " from moved r")
                .params(values)
                .params(history(move.type(), actor, move.number(), move.detail()))
                .params(audit.values(factOf(run, to, move, actor)))
                .query(RunRow.MAPPER)
                .optional();
        moved.ifPresent(now -> {
            if (run.status().frees(now.status())) {
                bell.ring(now.organizationId());
            } else {
                bell.tell(now.organizationId());
            }
            if (move.to() != null && move.to().isTerminal()) {
                events.publishEvent(new RunEnded(now, move.reported()));
            }
        });
        return moved;
    }

    /**
     * Stores a run: queued under an approval of the scope dry_run that is still good, else awaiting one. Empty when an equal run is there;
     * nothing changed then.
     *
     * @param approvalId the approval; null for none. One above dry_run binds a run that is there, so it comes by {@link Transition#queue}
     */
    Optional<RunRequest> request(NewRun run, @Nullable String approvalId, Duration queueTtl, Actor actor) {
        AuditFact requested = fact("requested", run, RunStatus.AWAITING_APPROVAL, actor)
                .with("idempotency_key", run.idempotencyKey());
        AuditFact queued = fact("queued", run, RunStatus.QUEUED, actor);
        Optional<RunRequest> stored = jdbc.sql(
                        """
                        with good as (
                            select f.id from approvals f
                            where f.organization_id = :organization and f.id = cast(:approval as text) and f.scope = 'dry_run'
                              and f.revoked_at is null and f.voided_at is null
                              and f.expires_at > greatest(alloy_now(), clock_timestamp())),
                        moved as (
                            insert into foundry_run_requests (id, organization_id, project_id, requested_runner_id, installation_id,
                                formation_brief_id, brief_digest, prompt_pack_id, prompt_pack_digest, prompt_pack_edited,
                                entry_event, payload, throttle, effect, repo_path, repo_revision, branch, idempotency_key,
                                requested_by, expires_at, correlation_id, supersedes, reexecution_ordinal, reexecution_reason,
                                needs_new_approval, status, approval_id, queued_at, queue_expires_at)
                            select :id, :organization, :project, cast(:requestedRunner as text), :installation,
                                :brief, :briefDigest, :pack, :packDigest, :packEdited,
                                :entryEvent, :payload, :throttle, :effect, :path, :revision, :branch, :key,
                                :requestedBy, cast(:expiresAt as timestamptz), cast(:correlation as text), cast(:supersedes as text),
                                cast(:ordinal as integer), cast(:reason as text),
                                -- The same work may have been done under another id, in the time that a restored database does not know.
                                :newApproval or :effect = 'mutating' and exists (
                                    select from restorations s
                                    join formation_brief_compilations b on b.organization_id = s.organization_id
                                    where s.organization_id = :organization and b.id = :brief and b.created_at < s.found_at),
                                case when good.id is null then 'awaiting_approval' else 'queued' end, good.id,
                                case when good.id is not null then alloy_now() end,
                                case when good.id is not null then alloy_now() + make_interval(secs => :queueTtl) end
                            from (values (1)) one left join good on true
                            on conflict do nothing
                            returning *),
                        told as (
                            insert into run_events (organization_id, project_id, run_request_id, type, from_status, to_status, actor,
                                detail, correlation_id)
                            select m.organization_id, m.project_id, m.id, t.type, t.before, t.after, :actor, cast(t.detail as jsonb),
                                cast(:correlation as text)
                            from moved m
                            join (values (1, 'requested', null, 'awaiting_approval', :requestedDetail),
                                         (2, 'queued', 'awaiting_approval', 'queued', :queuedDetail)) as t (n, type, before, after, detail)
                              on t.n = 1 or m.status = 'queued'
                            order by t.n)
                        """ + AuditLog.appendingFor("moved", "moved where moved.status = 'queued'") + " select "
                                + RunRow.COLUMNS + " from moved r")
                .params(run.values())
                .param("approval", approvalId)
                .param("queueTtl", queueTtl.toMillis() / 1000.0)
                .param("actor", told(actor))
                .param("correlation", Correlation.current())
                .param("requestedDetail", json.writeValueAsString(Map.of("idempotency_key", run.idempotencyKey())))
                .param("queuedDetail", json.writeValueAsString(under(approvalId)))
                .params(audit.values(requested))
                .params(audit.valuesOfSecond(approvalId == null ? queued : queued.with("approval_id", approvalId)))
                .query(RunRow.MAPPER)
                .optional();
        stored.filter(now -> now.status() == RunStatus.QUEUED).ifPresent(now -> bell.ring(now.organizationId()));
        return stored;
    }

    private static Map<String, Object> under(@Nullable String approvalId) {
        return approvalId == null ? Map.of() : Map.of("approval_id", approvalId);
    }

    private static AuditFact fact(String type, NewRun run, RunStatus status, Actor actor) {
        return AuditFact.of(actor, "run." + type, run.organizationId(), run.projectId(), "run_request", run.id())
                .with("status", status.wireName())
                .digests(null, run.briefDigest());
    }

    private static String told(Actor actor) {
        return actor.type() + ":" + actor.name();
    }

    private Map<String, @Nullable Object> history(
            String type, Actor actor, @Nullable Integer number, Map<String, Object> detail) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("type", type);
        values.put("actor", told(actor));
        values.put("number", number);
        values.put("detail", json.writeValueAsString(detail));
        values.put("correlation", Correlation.current());
        return values;
    }

    private static AuditFact factOf(RunRequest run, RunStatus to, Transition move, Actor actor) {
        AuditFact fact = AuditFact.of(
                        actor, "run." + move.type(), run.organizationId(), run.projectId(), "run_request", run.id())
                .with("status", to.wireName());
        for (var entry : move.detail().entrySet()) {
            fact = fact.with(entry.getKey(), entry.getValue());
        }
        return fact.digests(null, run.briefDigest());
    }
}
