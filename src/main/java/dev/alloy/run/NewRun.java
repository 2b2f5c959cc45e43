package dev.alloy.run;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run to be stored. */
record NewRun(
        String id,
        String organizationId,
        String projectId,
        @Nullable String requestedRunnerId,
        String installationId,
        String formationBriefId,
        String briefDigest,
        String promptPackId,
        String promptPackDigest,
        boolean promptPackEdited,
        String entryEvent,
        byte[] payload,
        String throttle,
        String effect,
        String repoPath,
        String repoRevision,
        String branch,
        String idempotencyKey,
        String requestedBy,
        @Nullable Instant expiresAt,
        @Nullable Repetition repetition) {

    /**
     * That a run is another one asked for again.
     *
     * @param needsNewApproval whether only an approval that is given after this counts
     */
    record Repetition(String supersedes, int ordinal, String reason, boolean needsNewApproval) {}

    /** The parameters of the statement that stores it. */
    Map<String, @Nullable Object> values() {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("id", id);
        values.put("organization", organizationId);
        values.put("project", projectId);
        values.put("requestedRunner", requestedRunnerId);
        values.put("installation", installationId);
        values.put("brief", formationBriefId);
        values.put("briefDigest", briefDigest);
        values.put("pack", promptPackId);
        values.put("packDigest", promptPackDigest);
        values.put("packEdited", promptPackEdited);
        values.put("entryEvent", entryEvent);
        values.put("payload", payload);
        values.put("throttle", throttle);
        values.put("effect", effect);
        values.put("path", repoPath);
        values.put("revision", repoRevision);
        values.put("branch", branch);
        values.put("key", idempotencyKey);
        values.put("requestedBy", requestedBy);
        values.put("expiresAt", expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC));
        values.put("supersedes", repetition == null ? null : repetition.supersedes());
        values.put("ordinal", repetition == null ? null : repetition.ordinal());
        values.put("reason", repetition == null ? null : repetition.reason());
        values.put("newApproval", repetition != null && repetition.needsNewApproval());
        return values;
    }
}
