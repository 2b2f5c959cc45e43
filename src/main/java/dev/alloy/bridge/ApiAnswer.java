package dev.alloy.bridge;

import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What the server answered.
 *
 * @param status of HTTP
 * @param headers the first value of each, by its name in lower case
 * @param body the bytes as they came
 */
record ApiAnswer(int status, Map<String, String> headers, byte[] body) {

    boolean isGood() {
        return status / 100 == 2;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The body as JSON; a missing node where it is none. */
    JsonNode json() {
        try {
            return body.length == 0 ? JsonNodeFactory.instance.missingNode() : StrictJson.read(body);
        } catch (UnreadableJson e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    /** The last part of the problem's type, such as {@code lease-expired}; empty where the body is no problem document. */
    String problem() {
        String type = json().path("type").asString("");
        return type.substring(type.lastIndexOf('/') + 1);
    }

    /** The status, the problem and what it says. */
    String told() {
        String detail = json().path("detail").asString("");
        return status + (problem().isEmpty() ? "" : " " + problem()) + (detail.isEmpty() ? "" : ": " + detail);
    }
}
