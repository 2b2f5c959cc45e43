package dev.alloy.trail;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the audit log.
 *
 * @param id its number; order of writing, not of committing
 * @param occurredAt when, by the database's clock
 * @param organizationId whose it is; null for what belongs to none
 * @param projectId of which project; null for what concerns the organization
 * @param actorType {@code person}, {@code runner}, {@code callback}, {@code system} or {@code anonymous}
 * @param actorName who
 * @param credentialId public id of the credential used; null where there was none
 * @param remoteAddress where the request came from; null for what no request caused
 * @param type what happened, such as {@code run.executing}
 * @param targetType kind of the object it happened to
 * @param targetId id of that object
 * @param beforeDigest digest of what it was; null for none
 * @param afterDigest digest of what it is; null for none
 * @param correlationId of the request that caused it; null for none
 * @param detail more, as a JSON text
 */
public record AuditEvent(
        long id,
        Instant occurredAt,
        @Nullable String organizationId,
        @Nullable String projectId,
        String actorType,
        String actorName,
        @Nullable String credentialId,
        @Nullable String remoteAddress,
        String type,
        String targetType,
        String targetId,
        @Nullable String beforeDigest,
        @Nullable String afterDigest,
        @Nullable String correlationId,
        String detail) {}
