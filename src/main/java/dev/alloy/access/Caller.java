package dev.alloy.access;

import dev.alloy.audit.Actor;
import dev.alloy.audit.AuditFact;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticatedPrincipal;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who is calling, as their credential says.
 *
 * @param kind what kind of principal
 * @param organizationId the organization the credential belongs to; null for the bootstrap token, which belongs to none and
 *     reaches all
 * @param name a person's name, unique within the organization, or a runner's id
 * @param credentialId public id of the credential
 * @param authorities what it allows
 * @param projectIds the only projects it reaches; null for all of the organization
 */
public record Caller(
        Kind kind,
        @Nullable String organizationId,
        String name,
        String credentialId,
        Set<Authority> authorities,
        @Nullable Set<String> projectIds)
        implements AuthenticatedPrincipal {

    /** Kinds of principals. */
    public enum Kind {
        /** A person or a service with an access token. */
        PERSON,
        /** A registered runner with its key. */
        RUNNER,
        /** A process that registers itself as a runner, with a one-time token. */
        REGISTRATION,
        /** Foundry, speaking with the callback token of one attempt; {@link Caller#name} is the run's id. */
        CALLBACK,
        /** The service itself, acting for no caller. */
        SYSTEM
    }

    /** The service itself reading within an organization; it holds no authority. */
    public static Caller system(String organizationId) {
        return new Caller(Kind.SYSTEM, organizationId, "alloy", "alloy", Set.of(), null);
    }

    /** Whose request this thread serves; null for an unauthenticated one. */
    public static @Nullable Caller current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Caller caller ? caller : null;
    }

    /** Identifies the principal across credentials: organization and name. */
    @Override
    public String getName() {
        return (organizationId == null ? "" : organizationId) + "/" + kind + "/" + name;
    }

    /** The caller as the audit log names them. */
    public Actor actor() {
        return new Actor(
                switch (kind) {
                    case PERSON -> "person";
                    case RUNNER -> "runner";
                    case REGISTRATION -> "registration";
                    case CALLBACK -> "callback";
                    case SYSTEM -> "system";
                },
                name,
                credentialId);
    }

    /** That the credential was used although it has ended, as the audit log tells it. */
    public AuditFact refusedUse(String targetType) {
        return AuditFact.of(
                new Actor("anonymous", name, credentialId),
                "credential.refused",
                organizationId,
                null,
                targetType,
                credentialId);
    }

    /** Whether objects of this organization are within reach. */
    public boolean reaches(String organization) {
        return organizationId == null || organizationId.equals(organization);
    }

    /** Whether objects of this project of that organization are within reach; without a project, the organization decides. */
    public boolean reaches(String organization, @Nullable String project) {
        return reaches(organization) && (project == null || projectIds == null || projectIds.contains(project));
    }

    /** Whether the credential holds the authority. */
    public boolean may(Authority authority) {
        return authorities.contains(authority);
    }

    /** Refuses with {@code authority-missing} unless the credential holds the authority. */
    public void require(Authority authority) {
        if (!may(authority)) {
            throw lacks(authority);
        }
    }

    /** The refusal of a call that takes an authority which the credential does not hold. */
    ProblemException lacks(Authority authority) {
        return ProblemType.AUTHORITY_MISSING
                .because("This call needs the authority '" + authority.wireName() + "'.")
                .with("required_authority", authority.wireName())
                .with("required_authorities", List.of(authority.wireName()))
                .remedy("Ask an administrator of the organization for a token with the authority '"
                        + authority.wireName() + "'.");
    }

    /** Refuses what concerns a whole organization when the credential is limited to projects. */
    public void requireWholeOrganization() {
        if (projectIds != null) {
            throw ProblemType.AUTHORITY_MISSING
                    .because("This call concerns the whole organization; the token is limited to some of its projects.")
                    .remedy("Use a token of the organization that was made without 'project_ids'.");
        }
    }
}
