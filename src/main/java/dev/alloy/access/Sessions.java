package dev.alloy.access;

import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.Ids;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Signs people in to the console with an access token. A session is what the token allows at each moment, and ends with
 * it on every replica at once. Source: access.md, “Sessions”.
 */
@Service
@Transactional
public class Sessions {

    private static final String PREFIX = "alloy_ses_";
    private static final int MOST_IN_A_MINUTE = 60;

    private static final String HOLDING = """
            s.ended_at is null and s.expires_at > alloy_now()
            and s.last_used_at > alloy_now() - make_interval(secs => :idle)
            and t.revoked_at is null and (t.expires_at is null or t.expires_at > alloy_now())
            """;

    private final AccessTokenSource tokens;
    private final SessionSettings settings;
    private final AuditLog audit;
    private final JdbcClient jdbc;
    private final ApplicationEventPublisher events;

    Sessions(
            AccessTokenSource tokens,
            SessionSettings settings,
            AuditLog audit,
            JdbcClient jdbc,
            ApplicationEventPublisher events) {
        this.events = events;
        this.tokens = tokens;
        this.settings = settings;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    /**
     * A session and its secret.
     *
     * @param secret what the browser keeps; shown once and stored as a digest
     */
    public record Opened(String id, Caller caller, String secret) {

        /** Records print themselves; this one holds a secret. */
        @Override
        public String toString() {
            return "Opened[" + id + "]";
        }
    }

    /** Signs in with an access token; {@code unauthenticated} for one that is unknown, has ended, or is no person's. */
    public Opened open(String token) {
        Caller caller = Optional.of(token)
                .filter(text -> text.startsWith(tokens.prefix()))
                .flatMap(tokens::authenticate)
                .orElseThrow(() -> ProblemType.UNAUTHENTICATED.because(
                        "The access token is unknown, has expired or was revoked."));
        refuseTooMany(caller);
        forgetOld(caller);
        String id = Ids.next("ses");
        String secret = Secrets.issue(PREFIX, id.substring("ses_".length()));
        jdbc.sql("""
                        insert into console_sessions (id, organization_id, access_token_id, name, secret_hash, expires_at)
                        values (:id, :organization, :token, :name, :hash, alloy_now() + make_interval(secs => :lifetime))
                        """)
                .param("id", id)
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("token", caller.credentialId())
                .param("name", caller.name())
                .param("hash", Secrets.hash(secret))
                .param("lifetime", settings.sessionLifetime().toSeconds())
                .update();
        audit.append(
                AuditFact.of(caller.actor(), "session.opened", caller.organizationId(), null, "console_session", id));
        return new Opened(id, caller, secret);
    }

    /** Each is a row of an audit log that cannot be shortened; no person signs in so often. */
    private void refuseTooMany(Caller caller) {
        int recent = jdbc.sql("""
                        select count(*) from console_sessions
                        where organization_id is not distinct from :organization and access_token_id = :token
                          and created_at > alloy_now() - interval '1 minute'
                        """)
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("token", caller.credentialId())
                .query(Integer.class)
                .single();
        if (recent >= MOST_IN_A_MINUTE) {
            throw ProblemType.TOO_MANY_REQUESTS
                    .because("This token signed in " + recent + " times within a minute.")
                    .with("limit", "token");
        }
    }

    /** The audit log keeps who signed in; unusable rows need not stay. */
    private void forgetOld(Caller caller) {
        jdbc.sql("""
                        delete from console_sessions
                        where organization_id is not distinct from :organization and expires_at < alloy_now() - interval '30 days'
                        """)
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .update();
    }

    /** The session that a browser's secret opens, which is used by that; empty when it has ended, or its access token has. */
    public Optional<Session> find(String secret) {
        return look(secret).map(this::noteUse);
    }

    /** The same for what a page asks by itself: that does not put off the end of a session that nobody uses. */
    @Transactional(readOnly = true)
    public Optional<Session> look(String secret) {
        return Secrets.publicId(PREFIX, secret).flatMap(id -> jdbc.sql("""
                        select s.id as session_id, s.created_at as opened_at, s.last_used_at as used_at, s.expires_at as ends_at,
                               s.secret_hash, t.id, t.organization_id, t.kind, t.name, t.authorities, t.project_ids
                        from console_sessions s join access_tokens t on t.id = s.access_token_id
                        where s.id = :id and
                        """ + HOLDING)
                .param("id", "ses_" + id)
                .param("idle", settings.sessionIdle().toSeconds())
                .query((row, n) -> Secrets.matches(secret, row.getBytes("secret_hash"))
                        ? Optional.of(read(row))
                        : Optional.<Session>empty())
                .optional()
                .flatMap(found -> found));
    }

    private Session noteUse(Session session) {
        jdbc.sql("""
                        update console_sessions set last_used_at = alloy_now()
                        where id = :id and last_used_at < alloy_now() - interval '1 minute'
                        """).param("id", session.id()).update();
        return session;
    }

    /** Signs out. Doing it again changes nothing. */
    public void close(Session session) {
        end(session.caller(), session.id());
    }

    /**
     * The sessions that hold, newest first: the caller's own; all of the organization's for an administrator whose
     * token is not limited to projects.
     */
    @Transactional(readOnly = true)
    public Page<Session> list(Caller caller, PageQuery page) {
        PageQuery.Position after = page.after();
        List<Session> rows = jdbc.sql("""
                        select s.id as session_id, s.created_at as opened_at, s.last_used_at as used_at, s.expires_at as ends_at,
                               t.id, t.organization_id, t.kind, t.name, t.authorities, t.project_ids
                        from console_sessions s join access_tokens t on t.id = s.access_token_id
                        where (cast(:organization as text) is null or s.organization_id = :organization)
                          and (:everybody or s.name = :name and s.organization_id is not distinct from :organization)
                          and (cast(:time as timestamptz) is null or (s.created_at, s.id) < (:time, :after)) and
                        """ + HOLDING + """
                        order by s.created_at desc, s.id desc limit :limit
                        """)
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("everybody", isForEverybody(caller))
                .param("name", caller.name())
                .param(
                        "time",
                        after == null ? null : after.time().atOffset(ZoneOffset.UTC),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("after", after == null ? null : after.id(), Types.VARCHAR)
                .param("idle", settings.sessionIdle().toSeconds())
                .param("limit", page.limit() + 1)
                .query((row, n) -> read(row))
                .list();
        return page.page(
                rows, session -> new PageQuery.Position(session.createdAt(), session.id()), session -> session);
    }

    /** Ends a session: one's own, or for an administrator anybody's in the organization; else {@code not-found}. */
    public void end(Caller caller, String id) {
        Ended ended = jdbc.sql("""
                        with found as (
                            select id, ended_at, organization_id from console_sessions
                            where id = :id and (cast(:organization as text) is null or organization_id = :organization)
                              and (:everybody or name = :name and organization_id is not distinct from :organization)
                            for update)
                        , done as (
                            update console_sessions s set ended_at = alloy_now(), ended_by = :name
                            from found where s.id = found.id and s.organization_id is not distinct from found.organization_id
                              and found.ended_at is null
                            returning s.id)
                        select organization_id, exists (select 1 from done) as now from found
                        """)
                .param("id", id)
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("everybody", isForEverybody(caller))
                .param("name", caller.name())
                .query((row, n) -> new Ended(row.getString("organization_id"), row.getBoolean("now")))
                .optional()
                .orElseThrow(() -> ProblemType.NOT_FOUND.because("No such session."));
        if (ended.now()) {
            audit.append(
                    AuditFact.of(caller.actor(), "session.ended", ended.organizationId(), null, "console_session", id));
            events.publishEvent(new CredentialEnded(ended.organizationId()));
        }
    }

    private record Ended(@Nullable String organizationId, boolean now) {}

    private static boolean isForEverybody(Caller caller) {
        return caller.may(Authority.ADMINISTER) && caller.projectIds() == null;
    }

    private static Session read(ResultSet row) throws SQLException {
        return new Session(
                row.getString("session_id"),
                AccessTokenSource.caller(row),
                row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                row.getObject("used_at", OffsetDateTime.class).toInstant(),
                row.getObject("ends_at", OffsetDateTime.class).toInstant());
    }
}
