package dev.alloy.compilation;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Digest;
import java.time.Instant;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a template said at one time. Immutable.
 *
 * @param number counts the template's versions, from 1
 * @param content canonical JSON {@code {parameters, source_intent}}
 * @param digest digest of the content
 * @param createdBy who wrote it
 * @param createdAt when
 */
public record TemplateVersion(int number, byte[] content, String digest, String createdBy, Instant createdAt) {

    static TemplateVersion of(int number, ArrayNode parameters, ObjectNode sourceIntent, String by, Instant now) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.set("parameters", parameters);
        document.set("source_intent", sourceIntent);
        byte[] content = CanonicalJson.bytes(document);
        return new TemplateVersion(number, content, Digest.of(content), by, now);
    }
}
