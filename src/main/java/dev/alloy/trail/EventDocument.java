package dev.alloy.trail;

import dev.alloy.contract.CanonicalJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An audit event as it is exported and sealed; lists show the same, and a test holds the two together. Pure. */
public final class EventDocument {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private EventDocument() {}

    /** The event as a document. */
    public static ObjectNode of(AuditEvent event) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", String.valueOf(event.id()));
        document.put("occurred_at", event.occurredAt().toString());
        document.put("organization_id", event.organizationId());
        document.put("project_id", event.projectId());
        ObjectNode actor = document.putObject("actor");
        actor.put("type", event.actorType());
        actor.put("name", event.actorName());
        actor.put("credential_id", event.credentialId());
        actor.put("remote_address", event.remoteAddress());
        document.put("type", event.type());
        ObjectNode target = document.putObject("target");
        target.put("type", event.targetType());
        target.put("id", event.targetId());
        document.put("before_digest", event.beforeDigest());
        document.put("after_digest", event.afterDigest());
        document.put("correlation_id", event.correlationId());
        document.set("detail", JSON.readTree(event.detail()));
        return document;
    }

    /** What is hashed of it: the canonical form. */
    static byte[] bytes(JsonNode document) {
        return CanonicalJson.bytes(document);
    }

    /** The number of the event in the document; null where there is none. */
    static @Nullable Long id(JsonNode document) {
        String id = document.path("id").asString("");
        return id.matches("[0-9]{1,18}") ? Long.valueOf(id) : null;
    }
}
