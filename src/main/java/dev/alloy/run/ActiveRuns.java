package dev.alloy.run;

import dev.alloy.access.Caller;
import java.sql.Types;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Runs that have not ended, which are few however many have: how many there are, and which have waited longest. */
@Service
@Transactional(readOnly = true)
public class ActiveRuns {

    private final RunRequestRepository runs;
    private final JdbcClient jdbc;

    ActiveRuns(RunRequestRepository runs, JdbcClient jdbc) {
        this.runs = runs;
        this.jdbc = jdbc;
    }

    /** Counting ends there: who sees so many looks at a list. */
    public static final int MOST_COUNTED = 1_000;

    /** Rows that are looked at for those who reach some projects alone. */
    private static final int MOST_LOOKED_AT = 10_000;

    /** The rows of the queue within reach, and no others: what does not serve as the beginning of an index is asked after that. */
    private static final String QUEUE = """
            (select q.* from (select id from organizations where cast(:organization as text) is null or id = :organization) o
             cross join lateral (select * from run_queue f where f.organization_id = o.id and %s limit %d) q
             where cast(:projects as text[]) is null or q.project_id = any (:projects)) q
            """;

    private static final String UNAPPROVED = QUEUE.formatted("f.queued_at is null", MOST_LOOKED_AT);
    private static final String QUEUED = QUEUE.formatted("f.queued_at is not null", MOST_LOOKED_AT);
    private static final String PARKED = QUEUE.formatted("f.parked", MOST_LOOKED_AT);

    /** Runs that a runner is at, and lost ones; they are few. */
    private static final String BEGUN = """
            (select r.* from (select id from organizations where cast(:organization as text) is null or id = :organization) o
             cross join lateral (
                 (select f.organization_id, f.run_request_id from run_attempts f
                  where f.organization_id = o.id and f.lease_expires_at is not null limit %1$d)
                 union
                 (select f.organization_id, f.run_request_id from branch_holds f where f.organization_id = o.id limit %1$d)) f
             cross join lateral (
                 select * from foundry_run_requests r where r.organization_id = f.organization_id and r.id = f.run_request_id limit 1) r
             where cast(:projects as text[]) is null or r.project_id = any (:projects)) r
            """.formatted(MOST_COUNTED + 1);

    /**
     * How many runs within the caller's reach are in each state that is no end, or more than {@link #MOST_COUNTED}; a state without runs is left
     * out.
     */
    public Map<RunStatus, Long> counts(Caller caller) {
        Map<RunStatus, Long> counts = new EnumMap<>(RunStatus.class);
        reaching(caller, jdbc.sql("""
                        select 'awaiting_approval' as status, count(*) as runs
                        from (select q.run_request_id from %s where q.organization_id is not null limit :most) counted
                        union all
                        select status, count(*)
                        from (select q.status from %s where q.organization_id is not null limit :most) counted group by status
                        union all
                        select r.status, count(*) from %s where r.organization_id is not null group by r.status
                        """.formatted(UNAPPROVED, QUEUED, BEGUN)))
                .param("most", MOST_COUNTED + 1)
                .query(row -> {
                    if (row.getLong("runs") > 0) {
                        counts.put(RunStatus.of(row.getString("status")), row.getLong("runs"));
                    }
                });
        return counts;
    }

    /** A count of runs as people read it. */
    public static String words(long runs) {
        return runs > MOST_COUNTED ? "more than " + MOST_COUNTED : String.valueOf(runs);
    }

    /** The runs within the caller's reach that have awaited approval for the longest time, these first. */
    List<RunRequest> longestUnapproved(Caller caller, int limit) {
        return runs(
                caller, reaching(caller, jdbc.sql("""
                        select q.run_request_id from %s where q.organization_id is not null and not q.parked
                        order by q.requested_at, q.run_request_id limit :limit
                        """.formatted(UNAPPROVED))).param("limit", limit));
    }

    /** The lost runs within the caller's reach, the first that was lost first. */
    public List<RunRequest> longestLost(Caller caller, int limit) {
        return runs(caller, reaching(caller, jdbc.sql("""
                        select r.id from %s where r.organization_id is not null and r.status = 'lost'
                        order by r.state_since, r.id limit :limit
                        """.formatted(BEGUN))).param("limit", limit));
    }

    /** The runs within the caller's reach that were taken out of the queue by themselves, the first that was asked for first. */
    public List<RunRequest> longestParked(Caller caller, int limit) {
        return runs(caller, reaching(caller, jdbc.sql("""
                        select q.run_request_id from %s where q.organization_id is not null and q.status = 'queued'
                        order by q.requested_at, q.run_request_id limit :limit
                        """.formatted(PARKED))).param("limit", limit));
    }

    /** How many these are, or more than {@link #MOST_COUNTED}. */
    public long parked(Caller caller) {
        return reaching(caller, jdbc.sql("""
                        select count(*) from (
                            select 1 from %s where q.organization_id is not null and q.status = 'queued' limit :most) counted
                        """.formatted(PARKED)))
                .param("most", MOST_COUNTED + 1)
                .query(Long.class)
                .single();
    }

    private List<RunRequest> runs(Caller caller, JdbcClient.StatementSpec ids) {
        return ids.query(String.class).list().stream()
                .flatMap(id -> runs.find(caller, id).stream())
                .toList();
    }

    private static JdbcClient.StatementSpec reaching(Caller caller, JdbcClient.StatementSpec statement) {
        return statement
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("projects", projects(caller), Types.ARRAY);
    }

    private static String @Nullable [] projects(Caller caller) {
        return caller.projectIds() == null ? null : caller.projectIds().toArray(String[]::new);
    }
}
