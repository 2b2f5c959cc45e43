package dev.alloy.compilation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A {@code compile_brief} body that has not been validated yet. */
record CompileRequest(ObjectNode body) {

    @Nullable
    String installationId() {
        return text("installation_id");
    }

    @Nullable
    String templateId() {
        return text("template_id");
    }

    JsonNode repo() {
        return body.path("repo");
    }

    /** What was given under {@code source_intent}; empty when it is absent or no object. */
    ObjectNode sourceIntent() {
        return body.path("source_intent") instanceof ObjectNode given ? given : body.objectNode();
    }

    /** What was given under {@code parameters}; empty when it is absent or no object. */
    ObjectNode parameters() {
        return body.path("parameters") instanceof ObjectNode given ? given : body.objectNode();
    }

    boolean has(String member) {
        return body.has(member);
    }

    private @Nullable String text(String member) {
        JsonNode value = body.path(member);
        return value.isString() ? value.stringValue() : null;
    }
}
