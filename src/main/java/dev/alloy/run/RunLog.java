package dev.alloy.run;

import dev.alloy.audit.Actor;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.contract.Digest;
import dev.alloy.problem.Correlation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes what happened to a run, for its own history and for the audit log, in the transaction that moved it. */
@Component
class RunLog {

    private static final int MOST_LATE = 20;

    private final RunMoves moves;
    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;

    RunLog(RunMoves moves, JdbcClient jdbc, JsonMapper json, AuditLog audit, ApplicationEventPublisher events) {
        this.moves = moves;
        this.jdbc = jdbc;
        this.json = json;
        this.audit = audit;
        this.events = events;
    }

    /**
     * A run moved.
     *
     * @param from the state before; null when it was just made
     * @param attempt the attempt it concerns; null for none
     */
    void moved(
            RunRequest run,
            @Nullable RunStatus from,
            RunStatus to,
            @Nullable Integer attempt,
            Actor actor,
            Map<String, Object> detail) {
        write(run, from == null ? "requested" : to.wireName(), from, to, attempt, actor, detail);
        if (to.isTerminal()) {
            events.publishEvent(new RunEnded(run, to, false));
        }
    }

    /** A result ended a run. */
    void reported(RunRequest run, RunStatus to, int attempt, Actor actor, Map<String, Object> detail) {
        write(run, to.wireName(), run.status(), to, attempt, actor, detail);
        events.publishEvent(new RunEnded(run, to, true));
    }

    /** A reviewer's no ended a run that waited. */
    void declined(RunRequest run, Actor actor, String reason) {
        write(run, "declined", run.status(), RunStatus.CANCELLED, null, actor, Map.of("reason", reason));
        events.publishEvent(new RunEnded(run, RunStatus.CANCELLED, false));
    }

    /** Something happened to a run that stays where it is. */
    void noted(RunRequest run, String type, @Nullable Integer attempt, Actor actor, Map<String, Object> detail) {
        write(run, type, run.status(), run.status(), attempt, actor, detail);
    }

    private void write(
            RunRequest run,
            String type,
            @Nullable RunStatus from,
            RunStatus to,
            @Nullable Integer attempt,
            Actor actor,
            Map<String, Object> detail) {
        jdbc.sql("""
                        insert into run_events (organization_id, project_id, run_request_id, type, from_status, to_status, attempt,
                            actor, detail, correlation_id)
                        values (:organization, :project, :run, :type, :from, :to, :attempt, :actor, :detail::jsonb, :correlation)
                        """)
                .param("organization", run.organizationId())
                .param("project", run.projectId())
                .param("run", run.id())
                .param("type", type)
                .param("from", from == null ? null : from.wireName())
                .param("to", to.wireName())
                .param("attempt", attempt)
                .param("actor", actor.type() + ":" + actor.name())
                .param("detail", json.writeValueAsString(detail))
                .param("correlation", Correlation.current())
                .update();
        AuditFact fact = AuditFact.of(
                        actor, "run." + type, run.organizationId(), run.projectId(), "run_request", run.id())
                .with("status", to.wireName());
        for (var entry : detail.entrySet()) {
            fact = fact.with(entry.getKey(), entry.getValue());
        }
        audit.append(fact.digests(null, run.briefDigest()));
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
        moves.countLate(run.organizationId(), run.id(), conflict != null);
        audit.append(AuditFact.of(
                        actor, "run.late_report_kept", run.organizationId(), run.projectId(), "run_request", run.id())
                .with("reason", reason));
        return true;
    }
}
