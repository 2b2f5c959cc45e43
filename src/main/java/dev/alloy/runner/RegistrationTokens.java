package dev.alloy.runner;

import dev.alloy.access.Caller;
import dev.alloy.access.Organizations;
import dev.alloy.access.Projects;
import dev.alloy.access.Secrets;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.installation.Installation;
import dev.alloy.installation.Installations;
import dev.alloy.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * One-time tokens with which runners register themselves: setting up a machine needs no authority of a person for it.
 * Source: access.md, “Principals”.
 */
@Service
@Transactional
public class RegistrationTokens {

    static final String PREFIX = "alloy_reg_";

    private static final String ID_PREFIX = "regtok_";
    private static final Duration DEFAULT_LIFE = Duration.ofHours(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(7);

    private final RegistrationTokenRepository tokens;
    private final Runners runners;
    private final Organizations organizations;
    private final Projects projects;
    private final Installations installations;
    private final JdbcClient jdbc;
    private final DatabaseClock clock;
    private final AuditLog audit;

    RegistrationTokens(
            RegistrationTokenRepository tokens,
            Runners runners,
            Organizations organizations,
            Projects projects,
            Installations installations,
            JdbcClient jdbc,
            DatabaseClock clock,
            AuditLog audit) {
        this.tokens = tokens;
        this.runners = runners;
        this.organizations = organizations;
        this.projects = projects;
        this.installations = installations;
        this.jdbc = jdbc;
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * What a runner may ask for with the token.
     *
     * @param installationIds null for those of the organization that one of its projects can target; none where it is empty
     * @param expiresAt when it ends by itself; null for an hour from now
     */
    public record Grant(
            String organizationId,
            List<String> allowedProjects,
            @Nullable List<String> installationIds,
            int maxConcurrency,
            @Nullable Instant expiresAt) {}

    /**
     * A new token.
     *
     * @param secret the token itself; it is shown this once and cannot be read again
     */
    public record Issued(RegistrationToken token, String secret) {}

    /**
     * What a runner says of itself; null takes what the token allows.
     *
     * @param supportedSchemaVersions null for what every runner reads
     */
    public record Wish(
            String name,
            @Nullable List<String> allowedProjects,
            @Nullable List<String> installationIds,
            @Nullable Integer maxConcurrency,
            List<String> supportedSchemaVersions,
            @Nullable Instant keyExpiresAt) {}

    /** Makes a token. Refused: {@code authority-missing}, {@code unknown-reference}, {@code invalid-body}. */
    public Issued issue(Caller caller, Grant grant) {
        caller.requireWholeOrganization();
        organizations.requireReferenced(caller, grant.organizationId());
        projects.requireReferenced(caller, grant.organizationId(), grant.allowedProjects(), "/allowed_projects");
        if (grant.installationIds() != null) {
            installations.requireReferenced(
                    caller, grant.organizationId(), grant.installationIds(), "/installation_ids");
        }
        Instant now = clock.now();
        String id = Ids.next("regtok");
        String secret = Secrets.issue(PREFIX, id.substring(ID_PREFIX.length()));
        var token = new RegistrationToken(
                id, grant, Secrets.hash(secret), caller.name(), now, expiry(grant.expiresAt(), now));
        tokens.add(token);
        AuditFact issued =
                fact(caller, "registration_token.issued", token).with("allowed_projects", token.allowedProjects());
        List<String> named = token.installationIds();
        audit.append(named == null ? issued : issued.with("installation_ids", named));
        return new Issued(token, secret);
    }

    private static Instant expiry(@Nullable Instant wanted, Instant now) {
        if (wanted == null) {
            return now.plus(DEFAULT_LIFE);
        }
        if (!wanted.isAfter(now) || wanted.isAfter(now.plus(LONGEST_LIFE))) {
            throw Bodies.refusal("/expires_at", "out-of-range", "expires_at lies in the future, within seven days.");
        }
        return wanted;
    }

    /**
     * Registers the runner that calls with a token, and uses the token up.
     *
     * <p>Refused: {@code registration-token-used}, {@code unknown-reference} for what the token does not allow.
     */
    public Runners.Keyed register(Caller caller, Wish wish) {
        RegistrationToken token = tokens.find(caller, caller.credentialId())
                .orElseThrow(() ->
                        ProblemType.UNAUTHENTICATED.because("The registration token is used, expired or revoked."));
        refuseBeyond(token.allowedProjects(), wish.allowedProjects(), "/allowed_projects");
        List<String> named = token.installationIds();
        List<String> reached = named == null ? targets(token) : named;
        refuseBeyond(reached, wish.installationIds(), "/installation_ids");
        Integer concurrency = wish.maxConcurrency();
        if (concurrency != null && concurrency > token.maxConcurrency()) {
            throw Bodies.refusal(
                    "/max_concurrency",
                    "above-token",
                    "The registration token allows " + token.maxConcurrency() + " at most.");
        }
        String runnerId = Ids.next("runner");
        useUp(token, runnerId);
        return runners.register(
                caller,
                token.organizationId(),
                runnerId,
                new Runners.Description(
                        wish.name(),
                        wish.allowedProjects() == null ? token.allowedProjects() : wish.allowedProjects(),
                        wish.installationIds() == null ? reached : wish.installationIds(),
                        wish.supportedSchemaVersions(),
                        concurrency == null ? token.maxConcurrency() : concurrency,
                        wish.keyExpiresAt()),
                named == null ? List.of() : wish.installationIds() == null ? reached : wish.installationIds(),
                token.createdBy());
    }

    /** The installations in use that one of the token's projects can target. */
    private List<String> targets(RegistrationToken token) {
        Caller system = Caller.system(token.organizationId());
        return token.allowedProjects().stream()
                .flatMap(project -> installations.targetsOf(system, project).stream())
                .map(Installation::id)
                .distinct()
                .sorted()
                .toList();
    }

    private static void refuseBeyond(List<String> allowed, @Nullable List<String> wanted, String pointer) {
        for (int i = 0; wanted != null && i < wanted.size(); i++) {
            if (!allowed.contains(wanted.get(i))) {
                throw ProblemType.UNKNOWN_REFERENCE
                        .because("The registration token does not allow this.")
                        .at(pointer + "/" + i, "unknown-reference", "The token does not allow this id.");
            }
        }
    }

    /** In one statement, so of two calls at the same moment one finds it used. */
    private void useUp(RegistrationToken token, String runnerId) {
        int used = jdbc.sql("""
                        update registration_tokens set used_at = alloy_now(), runner_id = :runner
                        where organization_id = :organization and id = :id and used_at is null and revoked_at is null
                          and expires_at > alloy_now()
                        """)
                .param("organization", token.organizationId())
                .param("id", token.id())
                .param("runner", runnerId)
                .update();
        if (used == 0
                && tokens.reread(Caller.system(token.organizationId()), token.id())
                                .usedAt()
                        == null) {
            throw ProblemType.UNAUTHENTICATED.because("The registration token ended at this moment.");
        }
        if (used == 0) {
            throw ProblemType.REGISTRATION_TOKEN_USED.because("A runner has already registered with this token.");
        }
    }

    /** The tokens within the caller's reach, without their secrets. */
    @Transactional(readOnly = true)
    public Page<RegistrationToken> list(Caller caller, PageQuery page) {
        caller.requireWholeOrganization();
        return tokens.list(caller, page, Map.of());
    }

    /** One token, without its secret. */
    @Transactional(readOnly = true)
    public RegistrationToken get(Caller caller, String id) {
        caller.requireWholeOrganization();
        return tokens.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such registration token."));
    }

    /**
     * Ends a token at once, on every replica. Revoking it again changes nothing. Refused: {@code registration-token-used}
     * where a runner has registered with it, which has to be revoked instead.
     */
    public void revoke(Caller caller, String id) {
        RegistrationToken token = get(caller, id);
        int ended = jdbc.sql("""
                        update registration_tokens set revoked_at = alloy_now(), revoked_by = :by
                        where organization_id = :organization and id = :id and used_at is null and revoked_at is null
                        """)
                .param("by", caller.name())
                .param("organization", token.organizationId())
                .param("id", id)
                .update();
        if (ended == 1) {
            audit.append(fact(caller, "registration_token.revoked", token));
            return;
        }
        RegistrationToken now = tokens.reread(caller, id);
        if (now.usedAt() != null) {
            throw ProblemType.REGISTRATION_TOKEN_USED
                    .because("A runner registered with this token; revoke the runner.")
                    .with("runner_id", String.valueOf(now.runnerId()));
        }
    }

    private static AuditFact fact(Caller caller, String type, RegistrationToken token) {
        return AuditFact.of(caller.actor(), type, token.organizationId(), null, "registration_token", token.id());
    }
}
