package dev.alloy.access;

import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.http.Excerpt;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.WrongState;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Bearer tokens of people and services. Making one needs {@code administer}; nobody gives authorities they lack. */
@Service
@Transactional
public class AccessTokens {

    static final String PREFIX = "alloy_pat_";

    private static final Duration LONGEST_LIFE = Duration.ofDays(3650);

    /** Names that records use for what is no person; a person of that name could not be told from it. */
    private static final Set<String> RESERVED_NAMES = Set.of("alloy", "bootstrap", "callback", "foundry", "runner");

    private final AccessTokenRepository tokens;
    private final Organizations organizations;
    private final Projects projects;
    private final DatabaseClock clock;
    private final AuditLog audit;
    private final JdbcClient jdbc;
    private final ApplicationEventPublisher events;

    AccessTokens(
            AccessTokenRepository tokens,
            Organizations organizations,
            Projects projects,
            DatabaseClock clock,
            AuditLog audit,
            JdbcClient jdbc,
            ApplicationEventPublisher events) {
        this.events = events;
        this.jdbc = jdbc;
        this.tokens = tokens;
        this.organizations = organizations;
        this.projects = projects;
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * A token to create.
     *
     * @param projectIds the only projects it reaches; null for all
     * @param expiresAt when it ends by itself; null for never
     */
    public record Grant(
            String organizationId,
            String name,
            List<Authority> authorities,
            @Nullable List<String> projectIds,
            @Nullable Instant expiresAt) {}

    /**
     * A new token.
     *
     * @param secret the bearer token itself; it is shown this once and cannot be read again
     */
    public record Issued(AccessToken token, String secret) {}

    /** Makes a token. Refused: {@code authority-missing}, {@code unknown-reference}, {@code invalid-body}. */
    public Issued issue(Caller caller, Grant grant) {
        organizations.requireReferenced(caller, grant.organizationId());
        Instant now = clock.now();
        checkName(grant.organizationId(), grant.name());
        checkAuthorities(caller, grant.authorities());
        checkReach(caller, grant);
        checkExpiry(grant.expiresAt(), now);
        String id = Ids.next("tok");
        String secret = Secrets.issue(PREFIX, id.substring("tok_".length()));
        var token = new AccessToken(
                id,
                grant.organizationId(),
                grant.name(),
                grant.authorities(),
                grant.projectIds(),
                Secrets.hash(secret),
                caller.name(),
                now,
                grant.expiresAt());
        tokens.add(token);
        audit.append(
                AuditFact.of(caller.actor(), "access_token.issued", grant.organizationId(), null, "access_token", id)
                        .with("name", grant.name())
                        .with("for_another", !caller.name().equals(grant.name()))
                        .with("authorities", grant.authorities()));
        return new Issued(token, secret);
    }

    /**
     * Makes the next token of the same name and reach; the old one stays good for the overlap, or until it ends by
     * itself.
     *
     * <p>Refused: {@code not-found}, {@code authority-missing}, {@code invalid-body}, {@code invalid-transition} for
     * one that has ended.
     *
     * @param expiresAt when the new one ends by itself; null for when the old one would have
     */
    public Issued rotate(Caller caller, String id, Duration overlap, @Nullable Instant expiresAt) {
        lock(get(caller, id));
        AccessToken old = tokens.reread(caller, id);
        checkAuthorities(caller, old.authorities());
        Instant now = clock.now();
        if (!old.holds(now)) {
            throw WrongState.refusal(
                    "The token has ended.",
                    old.revokedAt() == null ? "expired" : "revoked",
                    "Make a new token with POST /api/access-tokens.");
        }
        checkExpiry(expiresAt, now);
        String newId = Ids.next("tok");
        String secret = Secrets.issue(PREFIX, newId.substring("tok_".length()));
        AccessToken next = old.successor(
                newId, Secrets.hash(secret), caller.name(), now, expiresAt == null ? old.expiresAt() : expiresAt);
        tokens.add(next);
        old.endAt(now.plus(overlap));
        audit.append(
                AuditFact.of(caller.actor(), "access_token.rotated", old.organizationId(), null, "access_token", id)
                        .with("name", old.name())
                        .with("for_another", !caller.name().equals(old.name()))
                        .with("successor", newId));
        return new Issued(next, secret);
    }

    /** Of two rotations at once, the second finds what the first left. */
    private void lock(AccessToken token) {
        jdbc.sql("""
                        select id from access_tokens
                        where id = :id and organization_id is not distinct from :organization for update
                        """)
                .param("id", token.id())
                .param("organization", token.organizationId(), Types.VARCHAR)
                .query(String.class)
                .single();
    }

    /** Names are people: of two that look alike a reader could not tell who approved what. */
    private void checkName(String organizationId, String name) {
        if (Masked.isNeeded(name)) {
            throw Bodies.refusal("/name", "credential", "Names are shown to all readers; this one holds a credential.");
        }
        if (RESERVED_NAMES.stream()
                .anyMatch(reserved -> reserved.equals(name) || LookAlikes.confuses(name, reserved))) {
            throw Bodies.refusal(
                    "/name", "reserved", "This name is reserved for a part of the system; choose another.");
        }
        for (String known : otherNames(organizationId, name)) {
            if (LookAlikes.confuses(name, known)) {
                throw Bodies.refusal(
                        "/name",
                        "look-alike",
                        "It looks like '" + known
                                + "', who already has a token here. For the same person, use exactly that name; for a different person, use a clearly different one.");
            }
        }
    }

    /** All that were ever given, since records go on naming them; locked, so of two at once the second sees the first. */
    private List<String> otherNames(String organizationId, String name) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('names of people ' || :organization, 0))")
                .param("organization", organizationId)
                .query(row -> {});
        return jdbc.sql(
                        "select distinct name from access_tokens where organization_id = :organization and name <> :name")
                .param("organization", organizationId)
                .param("name", name)
                .query(String.class)
                .list();
    }

    private static void checkAuthorities(Caller caller, List<Authority> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            if (!caller.may(wanted.get(i))) {
                throw ProblemType.AUTHORITY_MISSING
                        .because("You can only grant authorities that you have.")
                        .with("required_authority", wanted.get(i).wireName())
                        .remedy("Leave '" + wanted.get(i).wireName()
                                + "' out, or ask an administrator who has it to make the token.")
                        .at("/authorities/" + i, "authority-missing", "Your own token does not have this authority.");
            }
        }
    }

    private void checkReach(Caller caller, Grant grant) {
        if (grant.projectIds() == null) {
            caller.requireWholeOrganization();
        } else {
            projects.requireReferenced(caller, grant.organizationId(), grant.projectIds(), "/project_ids");
        }
    }

    private static void checkExpiry(@Nullable Instant expiresAt, Instant now) {
        if (expiresAt != null && (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(LONGEST_LIFE)))) {
            throw Bodies.refusal(
                    "/expires_at", "out-of-range", "A token's expires_at lies in the future, within ten years.");
        }
    }

    /** The tokens within the caller's reach, without their secrets. */
    @Transactional(readOnly = true)
    public Page<AccessToken> list(Caller caller, PageQuery page, @Nullable String name) {
        caller.requireWholeOrganization();
        return tokens.list(caller, page, name == null ? Map.of() : Map.of("name", name));
    }

    /** A token that ends before long, and no other of the same person takes its place. */
    public record Ending(String id, @Nullable String organizationId, String name, Instant expiresAt) {}

    /**
     * The tokens that end within a time, the first to end first: the caller's own, and all of the organization's for an
     * administrator whose token is not limited to projects.
     */
    @Transactional(readOnly = true)
    public Excerpt<Ending> ending(Caller caller, Duration within, int limit) {
        record Row(Ending ending, long total) {}
        List<Row> rows = jdbc.sql("""
                        select t.id, t.organization_id, t.name, t.expires_at, count(*) over () as total
                        from access_tokens t
                        where t.revoked_at is null
                          and t.expires_at > alloy_now() and t.expires_at <= alloy_now() + make_interval(secs => :within)
                          and (cast(:organization as text) is null or t.organization_id = :organization)
                          and (:everybody or t.name = :name and t.organization_id is not distinct from :organization)
                          and not exists (
                              select 1 from access_tokens n
                              where n.organization_id is not distinct from t.organization_id and n.name = t.name
                                and n.revoked_at is null and (n.expires_at is null or n.expires_at > t.expires_at)
                                and n.authorities @> t.authorities
                                and (n.project_ids is null or n.project_ids @> t.project_ids))
                        order by t.expires_at, t.id limit :limit
                        """)
                .param("within", within.toSeconds())
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("everybody", caller.may(Authority.ADMINISTER) && caller.projectIds() == null)
                .param("name", caller.name())
                .param("limit", limit)
                .query((row, n) -> new Row(
                        new Ending(
                                row.getString("id"),
                                row.getString("organization_id"),
                                row.getString("name"),
                                row.getObject("expires_at", OffsetDateTime.class)
                                        .toInstant()),
                        row.getLong("total")))
                .list();
        return Excerpt.of(rows, Row::total, Row::ending);
    }

    /** One token, without its secret. */
    @Transactional(readOnly = true)
    public AccessToken get(Caller caller, String id) {
        caller.requireWholeOrganization();
        return tokens.find(caller, id).orElseThrow(AccessTokens::notFound);
    }

    /** Ends a token at once, on every replica. Revoking it again changes nothing. */
    public void revoke(Caller caller, String id) {
        caller.requireWholeOrganization();
        AccessToken token = tokens.find(caller, id).orElseThrow(AccessTokens::notFound);
        if (token.revokedAt() == null) {
            token.revoke(caller.name(), clock.now());
            audit.append(AuditFact.of(
                    caller.actor(), "access_token.revoked", token.organizationId(), null, "access_token", id));
            events.publishEvent(new CredentialEnded(token.organizationId()));
        }
    }

    private static ProblemException notFound() {
        return ProblemType.NOT_FOUND.because("No such access token.");
    }
}
