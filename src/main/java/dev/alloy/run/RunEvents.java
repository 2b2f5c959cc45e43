package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The histories of runs: reading them, and what runners add to them. */
@Service
@Transactional
public class RunEvents {

    private static final String TOLD = "runner.";

    private final RunRequestRepository runs;
    private final RunLock lock;
    private final Leases leases;
    private final QueueBell bell;
    private final JdbcClient jdbc;

    RunEvents(RunRequestRepository runs, RunLock lock, Leases leases, QueueBell bell, JdbcClient jdbc) {
        this.bell = bell;
        this.runs = runs;
        this.lock = lock;
        this.leases = leases;
        this.jdbc = jdbc;
    }

    /**
     * Something that a runner tells.
     *
     * @param sequence counts the attempt's events, from 1
     * @param type what, in the runner's words
     * @param occurredAt when, by the runner's clock
     * @param payload more, as JSON text
     */
    public record Told(int sequence, String type, Instant occurredAt, String payload) {}

    /**
     * Adds what a runner tells. What was told before changes nothing. Refused: {@code sequence-gap}, {@code lease-expired},
     * {@code invalid-transition}; nothing is kept then.
     *
     * @return the number of the last event that is kept
     */
    public int tell(Caller runner, String id, @Nullable String leaseToken, List<Told> events) {
        // Events and moves of a run come one after the other: a stream goes by their ids and would pass over a late
        // smaller one.
        RunLock.Locked locked = lock.take(runner, id, Leases.named(leaseToken));
        RunRequest run = locked.run();
        Attempt attempt = leases.require(runner, run, locked.named(), leaseToken);
        leases.requireHolding(attempt);
        if (run.status() != RunStatus.ACCEPTED && run.status() != RunStatus.EXECUTING) {
            throw RunnerCallRefusals.wrongState(run, "events");
        }
        int last = lockedSequence(run, attempt);
        for (Told told : events) {
            if (told.sequence() <= last) {
                continue;
            }
            if (told.sequence() != last + 1) {
                throw ProblemType.SEQUENCE_GAP
                        .because("Event " + (last + 1) + " is missing before " + told.sequence() + ".")
                        .with("expected", last + 1);
            }
            keep(run, attempt, runner, told);
            last = told.sequence();
        }
        jdbc.sql("""
                        update run_attempts set event_sequence = :last
                        where organization_id = :organization and id = :attempt and event_sequence < :last
                        """)
                .param("last", last)
                .param("organization", run.organizationId())
                .param("attempt", attempt.id())
                .update();
        bell.tell(run.organizationId());
        return last;
    }

    private int lockedSequence(RunRequest run, Attempt attempt) {
        return jdbc.sql("""
                        select event_sequence from run_attempts
                        where organization_id = :organization and id = :attempt for no key update
                        """)
                .param("organization", run.organizationId())
                .param("attempt", attempt.id())
                .query(Integer.class)
                .single();
    }

    private void keep(RunRequest run, Attempt attempt, Caller runner, Told told) {
        jdbc.sql("""
                        insert into run_events (organization_id, project_id, run_request_id, type, attempt, sequence, actor, detail)
                        values (:organization, :project, :run, :type, :attempt, :sequence, :actor,
                            jsonb_build_object('occurred_at', :occurredAt::text, 'payload', :payload::jsonb))
                        """)
                .param("organization", run.organizationId())
                .param("project", run.projectId())
                .param("run", run.id())
                .param("type", TOLD + told.type())
                .param("attempt", attempt.number())
                .param("sequence", told.sequence())
                .param("actor", "runner:" + runner.name())
                .param("occurredAt", told.occurredAt().toString())
                .param("payload", told.payload())
                .update();
    }

    /** A page of a run's history, newest first. */
    @Transactional(readOnly = true)
    public Page<RunEvent> list(Caller caller, String id, PageQuery page) {
        RunRequest run = runs.find(caller, id).orElseThrow(RunEvents::notFound);
        PageQuery.Position after = page.after();
        JdbcClient.StatementSpec statement = jdbc.sql("""
                        select * from run_events
                        where organization_id = :organization and run_request_id = :run
                          and (:time::timestamptz is null or id < :id::bigint)
                        order by id desc limit :limit
                        """)
                .withFetchSize(PageQuery.AT_A_TIME)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .param("time", after == null ? null : after.time().atOffset(ZoneOffset.UTC))
                .param("id", after == null ? null : after.id())
                .param("limit", page.limit() + 1);
        try (Stream<RunEvent> rows = statement.query((row, n) -> read(row)).stream()) {
            return page.page(
                    rows,
                    event -> event.detail().length(),
                    event -> new PageQuery.Position(event.occurredAt(), String.valueOf(event.id())),
                    Function.identity());
        }
    }

    /** What happened to a run behind an event, oldest first. */
    @Transactional(readOnly = true)
    public List<RunEvent> after(String organizationId, String runRequestId, long lastId, int limit) {
        return jdbc.sql("""
                        select * from run_events
                        where organization_id = :organization and run_request_id = :run and id > :last
                        order by id limit :limit
                        """)
                .param("organization", organizationId)
                .param("run", runRequestId)
                .param("last", lastId)
                .param("limit", limit)
                .query((row, n) -> read(row))
                .list();
    }

    /** What the runner of a run's newest attempt told last under a type, as JSON text. */
    @Transactional(readOnly = true)
    public Optional<String> lastTold(RunRequest run, String type) {
        return jdbc.sql("""
                        select detail ->> 'payload' from run_events
                        where organization_id = :organization and run_request_id = :run and attempt = :attempt
                          and type = :type
                        order by id desc limit 1
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .param("attempt", run.attempts())
                .param("type", TOLD + type)
                .query(String.class)
                .optional();
    }

    private static RuntimeException notFound() {
        return ProblemType.NOT_FOUND.because("No such run request.");
    }

    static RunEvent read(ResultSet row) throws SQLException {
        return new RunEvent(
                row.getLong("id"),
                row.getString("type"),
                row.getString("from_status"),
                row.getString("to_status"),
                row.getObject("attempt", Integer.class),
                row.getObject("sequence", Integer.class),
                row.getString("actor"),
                row.getString("detail"),
                row.getString("correlation_id"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant());
    }
}
