package dev.alloy.trail;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What is signed of a batch of the audit log.
 *
 * @param organizationId whose events they are; null for what belongs to none
 * @param number counts the batches of this chain, from 1
 * @param events how many are in the batch
 * @param eventsTotal how many are in the chain up to and with it
 * @param firstEventId the first of them
 * @param lastEventId the last of them
 * @param merkleRoot hash of the tree over them, {@code sha256:…}
 * @param previous digest of the checkpoint before; null for the first
 * @param sealedAt when
 */
record Checkpoint(
        @Nullable String organizationId,
        long number,
        int events,
        long eventsTotal,
        long firstEventId,
        long lastEventId,
        String merkleRoot,
        @Nullable String previous,
        Instant sealedAt) {

    static final String VERSION = "alloy.audit_checkpoint.v1";
    static final String MEDIA_TYPE = "application/vnd.alloy.audit-checkpoint+json";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static String root(byte[] hash) {
        return "sha256:" + HexFormat.of().formatHex(hash);
    }

    /** The bytes that are signed: the canonical form. */
    byte[] bytes() {
        var document = JsonNodeFactory.instance.objectNode();
        document.put("schema_version", VERSION);
        document.put("organization_id", organizationId);
        document.put("number", number);
        document.put("events", events);
        document.put("events_total", eventsTotal);
        document.put("first_event_id", String.valueOf(firstEventId));
        document.put("last_event_id", String.valueOf(lastEventId));
        document.put("merkle_root", merkleRoot);
        document.put("previous", previous);
        document.put("sealed_at", sealedAt.toString());
        return CanonicalJson.bytes(document);
    }

    /** What the next one has to name. */
    String digest() {
        return Digest.of(bytes());
    }

    /** Reads {@link #bytes()}; null when they are nothing of the kind. */
    static @Nullable Checkpoint read(byte[] bytes) {
        try {
            JsonNode document = JSON.readTree(bytes);
            if (!VERSION.equals(document.path("schema_version").asString(""))) {
                return null;
            }
            return new Checkpoint(
                    document.path("organization_id").asStringOpt().orElse(null),
                    document.path("number").longValue(),
                    document.path("events").intValue(),
                    document.path("events_total").longValue(),
                    Long.parseLong(document.path("first_event_id").asString()),
                    Long.parseLong(document.path("last_event_id").asString()),
                    document.path("merkle_root").asString(),
                    document.path("previous").asStringOpt().orElse(null),
                    Instant.parse(document.path("sealed_at").asString()));
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }
}
