package dev.alloy.run;

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

    /** What {@link #read} reads, of the alias {@code a}; named so that another row's columns can stand beside it. */
    static final String COLUMNS = """
            a.id as attempt_id, a.organization_id as attempt_organization, a.run_request_id as attempt_run,
            a.attempt as attempt_number, a.runner_id as attempt_runner, a.trace_id as attempt_trace, a.claim as attempt_claim,
            a.lease_token_hashes as attempt_leases, a.callback_token_hashes as attempt_callbacks,
            a.lease_expires_at as attempt_lease_end, coalesce(a.lease_expires_at > alloy_now(), false) as attempt_lease_holds,
            a.repo_revision_before as attempt_revision
            """;

    private static final String SELECT = "select " + COLUMNS + " from run_attempts a ";

    private final JdbcClient jdbc;

    Attempts(JdbcClient jdbc) {
        this.jdbc = jdbc;
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
        // A wait for the lock does not count as time that the lease still had.
        return jdbc.sql("""
                        with held as materialized (
                            select id, lease_expires_at from run_attempts
                            where organization_id = :organization and id = :id
                            for no key update)
                        update run_attempts a
                        set lease_expires_at = alloy_now() + make_interval(secs => :ttl), last_heartbeat_at = alloy_now()
                        from held
                        where a.organization_id = :organization and a.id = held.id
                          and held.lease_expires_at > greatest(alloy_now(), clock_timestamp())
                        returning a.lease_expires_at
                        """)
                .param("organization", organizationId)
                .param("id", id)
                .param("ttl", lease.toMillis() / 1000.0)
                .query((row, n) -> row.getObject(1, OffsetDateTime.class).toInstant())
                .optional();
    }

    Optional<Attempt> byId(String organizationId, String id) {
        return jdbc.sql(SELECT + "where a.organization_id = :organization and a.id = :id")
                .param("organization", organizationId)
                .param("id", id)
                .query((row, n) -> read(row))
                .optional();
    }

    /** For credentials, whose organization is not known before the row is found. */
    Optional<Attempt> byPublicId(String publicId) {
        return jdbc.sql(SELECT + "where a.id = :id")
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
        return jdbc.sql(SELECT + """
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
        return jdbc.sql(SELECT + """
                        where a.organization_id = :organization and a.run_request_id = :run
                        order by a.attempt desc
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .query((row, n) -> read(row))
                .list();
    }

    /** Reads a row of {@link #COLUMNS}. */
    static Attempt read(ResultSet row) throws SQLException {
        OffsetDateTime lease = row.getObject("attempt_lease_end", OffsetDateTime.class);
        return new Attempt(
                row.getString("attempt_id"),
                row.getString("attempt_organization"),
                row.getString("attempt_run"),
                row.getInt("attempt_number"),
                row.getString("attempt_runner"),
                row.getString("attempt_trace"),
                row.getString("attempt_claim"),
                hashes(row.getArray("attempt_leases")),
                hashes(row.getArray("attempt_callbacks")),
                lease == null ? null : lease.toInstant(),
                row.getBoolean("attempt_lease_holds"),
                row.getString("attempt_revision"));
    }

    private static List<byte[]> hashes(Array array) throws SQLException {
        return Arrays.asList((byte[][]) array.getArray());
    }
}
