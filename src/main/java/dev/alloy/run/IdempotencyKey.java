package dev.alloy.run;

import dev.alloy.contract.Digest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What makes a run request this one and no other: the digest of its parts. Anybody who knows the parts can compute it.
 * Source: dispatch.md, “Idempotency key”.
 *
 * @param parts the document that is digested
 * @param value its digest
 */
record IdempotencyKey(ObjectNode parts, String value) {

    /**
     * Computes the key.
     *
     * @param payload the payload as it is served in the execution request
     * @param editedPackDigest digest of the prompt pack; null when it is the one the brief was compiled with
     * @param reexecutionOrdinal counts the repetitions of the chain's first run; null for that one
     */
    static IdempotencyKey of(
            String projectId,
            String repoRevision,
            String briefDigest,
            String entryEvent,
            ObjectNode payload,
            String throttle,
            String requestedBy,
            @Nullable String editedPackDigest,
            @Nullable Integer reexecutionOrdinal) {
        ObjectNode parts = JsonNodeFactory.instance.objectNode();
        parts.put("project_id", projectId);
        parts.put("repo_revision", repoRevision);
        parts.put("brief_digest", briefDigest);
        parts.put("entry_event", entryEvent);
        parts.set("payload", payload);
        parts.put("throttle", throttle);
        parts.put("requested_by", requestedBy);
        if (editedPackDigest != null) {
            parts.put("prompt_pack_digest", editedPackDigest);
        }
        if (reexecutionOrdinal != null) {
            parts.put("reexecution_ordinal", reexecutionOrdinal);
        }
        return new IdempotencyKey(parts, Digest.of(parts));
    }
}
