package dev.alloy.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened and is worth knowing later.
 *
 * @param actor who
 * @param type what, past tense with its object first, such as {@code run.started}
 * @param organizationId whose; null for what belongs to no organization
 * @param projectId of which project; null where it concerns none or many
 * @param targetType kind of the object
 * @param targetId id of the object
 * @param beforeDigest digest of the object's content before; null where it had none
 * @param afterDigest digest of the object's content after; null where it has none
 * @param detail more, never a secret
 */
public record AuditFact(
        Actor actor,
        String type,
        @Nullable String organizationId,
        @Nullable String projectId,
        String targetType,
        String targetId,
        @Nullable String beforeDigest,
        @Nullable String afterDigest,
        Map<String, Object> detail) {

    /** A fact without digests and detail. */
    public static AuditFact of(
            Actor actor,
            String type,
            @Nullable String organizationId,
            @Nullable String projectId,
            String targetType,
            String targetId) {
        return new AuditFact(actor, type, organizationId, projectId, targetType, targetId, null, null, Map.of());
    }

    /** The same fact with the content's digests. */
    public AuditFact digests(@Nullable String before, @Nullable String after) {
        return new AuditFact(actor, type, organizationId, projectId, targetType, targetId, before, after, detail);
    }

    /** The same fact with one more detail. */
    public AuditFact with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(detail);
        more.put(name, value);
        return new AuditFact(
                actor, type, organizationId, projectId, targetType, targetId, beforeDigest, afterDigest, more);
    }
}
