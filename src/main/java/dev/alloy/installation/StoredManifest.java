package dev.alloy.installation;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Digest;
import dev.alloy.http.Bodies;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A capability manifest as it is kept: canonical bytes, unknown members included.
 *
 * @param digest digest of {@code content}
 * @param content RFC 8785 bytes
 * @param schemaVersion its {@code schema_version}
 * @param foundryVersion its {@code foundry_version}
 * @param reportedBy who reported it last; null before it is kept
 * @param firstReportedAt when it was first reported; null before it is kept
 * @param lastReportedAt when it was last reported; null before it is kept
 */
public record StoredManifest(
        String digest,
        byte[] content,
        String schemaVersion,
        String foundryVersion,
        @Nullable String reportedBy,
        @Nullable Instant firstReportedAt,
        @Nullable Instant lastReportedAt) {

    /** Name of the schema, and the one version that is read. */
    public static final String SCHEMA = "foundry.capability_manifest.v1";

    /**
     * Reads a reported document. Refused: {@code invalid-body}, {@code unsupported-schema-version}.
     *
     * @param at JSON Pointer to the document in the body it came in
     */
    static StoredManifest read(ObjectNode document, String at) {
        Bodies.validate(SCHEMA, document, at);
        byte[] content = CanonicalJson.bytes(document);
        return new StoredManifest(
                Digest.of(content),
                content,
                document.get("schema_version").stringValue(),
                document.get("foundry_version").stringValue(),
                null,
                null,
                null);
    }

    /** Whether a document that was refused is a manifest all the same, of a version to come or gone; else it is a mistake. */
    static boolean isOfAnotherVersion(ObjectNode document) {
        return document.path("schema_version").asString("").matches("foundry\\.capability_manifest\\.v[0-9]{1,9}");
    }

    /** The content as text. */
    public String text() {
        return new String(content, StandardCharsets.UTF_8);
    }
}
