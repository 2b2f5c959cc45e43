package dev.alloy.run;

import dev.alloy.database.Ids;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The attempts of runs and their leases, timed by the database's clock. */
@Component
class Attempts {

    private static final String COLUMNS = """
            select a.*, coalesce(a.lease_expires_at > alloy_now(), false) as lease_holds from run_attempts a
            """;

    private final JdbcClient jdbc;

    Attempts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Stores the attempt of a run that was just accepted, without tokens yet. */
    String open(RunRequest run, int number, String runnerId, String traceId, @Nullable String claim) {
        String id = Ids.next("attempt");
        jdbc.sql("""
                        insert into run_attempts (organization_id, project_id, run_request_id, attempt, id, runner_id, trace_id,
                            claim, lease_token_hashes, callback_token_hashes)
                        values (:organization, :project, :run, :attempt, :id, :runner, :trace, :claim, '{}', '{}')
                        """)
                .param("organization", run.organizationId())
                .param("project", run.projectId())
                .param("run", run.id())
                .param("attempt", number)
                .param("id", id)
                .param("runner", runnerId)
                .param("trace", traceId)
                .param("claim", claim)
                .update();
        return id;
    }

    /** Adds tokens to an attempt; earlier ones stay good. Renews the lease and answers when it ends. */
    Instant give(String organizationId, String id, byte[] leaseTokenHash, byte[] callbackTokenHash, Duration lease) {
        return jdbc.sql("""
                        update run_attempts
                        set lease_token_hashes = lease_token_hashes || :lease, callback_token_hashes = callback_token_hashes || :callback,
                            lease_expires_at = alloy_now() + make_interval(secs => :ttl)
                        where organization_id = :organization and id = :id
                        returning lease_expires_at
                        """)
                .param("organization", organizationId)
                .param("id", id)
                .param("lease", leaseTokenHash)
                .param("callback", callbackTokenHash)
                .param("ttl", lease.toMillis() / 1000.0)
                .query((row, n) -> row.getObject(1, OffsetDateTime.class).toInstant())
                .single();
    }

    /** Renews a lease that still holds; empty when it is over. */
    Optional<Instant> renew(String organizationId, String id, Duration lease) {
        return jdbc.sql("""
                        update run_attempts
                        set lease_expires_at = alloy_now() + make_interval(secs => :ttl), last_heartbeat_at = alloy_now()
                        where organization_id = :organization and id = :id and lease_expires_at > alloy_now()
                        returning lease_expires_at
                        """)
                .param("organization", organizationId)
                .param("id", id)
                .param("ttl", lease.toMillis() / 1000.0)
                .query((row, n) -> row.getObject(1, OffsetDateTime.class).toInstant())
                .optional();
    }

    void started(String organizationId, String id, String repoRevisionBefore, @Nullable String foundryRunId) {
        jdbc.sql("""
                        update run_attempts
                        set started_at = alloy_now(), repo_revision_before = :revision, foundry_run_id = :foundryRun
                        where organization_id = :organization and id = :id
                        """)
                .param("organization", organizationId)
                .param("id", id)
                .param("revision", repoRevisionBefore)
                .param("foundryRun", foundryRunId)
                .update();
    }

    /** The lease is over, and nobody knows what became of the attempt. */
    void lapse(String organizationId, String id) {
        jdbc.sql("""
                        update run_attempts set lease_expires_at = null
                        where organization_id = :organization and id = :id
                        """).param("organization", organizationId).param("id", id).update();
    }

    /** The attempt is over; so is its lease. */
    void close(String organizationId, String id) {
        jdbc.sql("""
                        update run_attempts set ended_at = alloy_now(), lease_expires_at = null
                        where organization_id = :organization and id = :id
                        """).param("organization", organizationId).param("id", id).update();
    }

    Optional<Attempt> byId(String organizationId, String id) {
        return jdbc.sql(COLUMNS + "where a.organization_id = :organization and a.id = :id")
                .param("organization", organizationId)
                .param("id", id)
                .query((row, n) -> read(row))
                .optional();
    }

    /** For credentials, whose organization is not known before the row is found. */
    Optional<Attempt> byPublicId(String publicId) {
        return jdbc.sql(COLUMNS + "where a.id = :id")
                .param("id", "attempt_" + publicId)
                .query((row, n) -> read(row))
                .optional();
    }

    /**
     * Whether Foundry may still speak of the attempt. Code under test may hold the token: what it says long after the end would turn what was
     * proven.
     */
    boolean mayStillCall(Attempt attempt) {
        return jdbc.sql("""
                        select completed_at is null or state_since > alloy_now() - interval '5 minutes'
                        from foundry_run_requests where organization_id = :organization and id = :run
                        """)
                .param("organization", attempt.organizationId())
                .param("run", attempt.runRequestId())
                .query(Boolean.class)
                .single();
    }

    Optional<Attempt> newest(RunRequest run) {
        return jdbc.sql(COLUMNS + """
                        where a.organization_id = :organization and a.run_request_id = :run
                        order by a.attempt desc limit 1
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .query((row, n) -> read(row))
                .optional();
    }

    /** The run with an attempt of this trace id. */
    Optional<String> runOfTrace(@Nullable String organizationId, String traceId) {
        return jdbc.sql("""
                        select run_request_id from run_attempts
                        where (cast(:organization as text) is null or organization_id = :organization) and trace_id = :trace
                        limit 1
                        """)
                .param("organization", organizationId)
                .param("trace", traceId)
                .query(String.class)
                .optional();
    }

    /** Whether any attempt of the run has started. */
    boolean anyStarted(RunRequest run) {
        return jdbc.sql("""
                        select exists (
                            select 1 from run_attempts
                            where organization_id = :organization and run_request_id = :run and started_at is not null)
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .query(Boolean.class)
                .single();
    }

    /** All attempts of a run, the newest first. */
    List<Attempt> of(RunRequest run) {
        return jdbc.sql(COLUMNS + """
                        where a.organization_id = :organization and a.run_request_id = :run
                        order by a.attempt desc
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .query((row, n) -> read(row))
                .list();
    }

    private static Attempt read(ResultSet row) throws SQLException {
        OffsetDateTime lease = row.getObject("lease_expires_at", OffsetDateTime.class);
        return new Attempt(
                row.getString("id"),
                row.getString("organization_id"),
                row.getString("run_request_id"),
                row.getInt("attempt"),
                row.getString("runner_id"),
                row.getString("trace_id"),
                row.getString("claim"),
                hashes(row.getArray("lease_token_hashes")),
                hashes(row.getArray("callback_token_hashes")),
                lease == null ? null : lease.toInstant(),
                row.getBoolean("lease_holds"),
                row.getString("repo_revision_before"));
    }

    private static List<byte[]> hashes(Array array) throws SQLException {
        return Arrays.asList((byte[][]) array.getArray());
    }
}
