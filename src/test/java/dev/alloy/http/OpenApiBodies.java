package dev.alloy.http;

import dev.alloy.testing.Endpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Reads the bodies of operations, and their members at every depth, from an OpenAPI document. */
final class OpenApiBodies {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int DEEPEST = 3;

    private final JsonNode document;

    OpenApiBodies(JsonNode document) {
        this.document = document;
    }

    /**
     * A member of a body.
     *
     * @param path names of members, and 0 for the first item of a list
     * @param types the JSON types that its schema allows; empty where it is open
     */
    record Member(
            List<String> path,
            Set<String> types,
            boolean isTime,
            boolean required,
            boolean isOfObject,
            boolean isOfClosedObject) {

        String pointer() {
            return "/" + String.join("/", path);
        }

        String name() {
            return path.get(path.size() - 1);
        }

        /** Whether a value of this kind may stand here. */
        boolean mayBe(String type) {
            return types.isEmpty() || types.contains(type) || type.equals("number") && types.contains("integer");
        }

        /** Whether the schema leaves no room for a value of this type. */
        boolean excludes(String json) {
            if (types.isEmpty()) {
                return false;
            }
            JsonNode value = JSON.readTree(json);
            String type = value.isNull()
                    ? "null"
                    : value.isBoolean()
                            ? "boolean"
                            : value.isNumber()
                                    ? "number"
                                    : value.isString() ? "string" : value.isArray() ? "array" : "object";
            boolean whole = type.equals("number") && types.contains("integer");
            return !types.contains(type) && !whole;
        }
    }

    /** What the document says of an operation. */
    JsonNode operation(Endpoint endpoint) {
        return document.path("paths")
                .path(endpoint.pattern())
                .path(endpoint.method().toLowerCase(Locale.ROOT));
    }

    /** The operation's example, with these values where members have these names. */
    JsonNode example(JsonNode operation, Map<String, String> named) {
        JsonNode content = operation.at("/requestBody/content/application~1json");
        JsonNode example = content.has("example")
                ? content.path("example")
                : content.path("examples")
                        .valueStream()
                        .findFirst()
                        .orElse(JSON.createObjectNode())
                        .path("value");
        return rename(example.isObject() ? example.deepCopy() : JSON.createObjectNode(), named);
    }

    private static JsonNode rename(JsonNode node, Map<String, String> named) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                String value = named.get(name);
                JsonNode old = object.path(name);
                if (value != null && old.isString()) {
                    object.put(name, value);
                } else if (value != null && old.isArray()) {
                    object.putArray(name).add(value);
                } else {
                    rename(old, named);
                }
            }
        } else {
            node.forEach(item -> rename(item, named));
        }
        return node;
    }

    /** All members that the schema knows or the example has. */
    List<Member> members(JsonNode operation, JsonNode base) {
        List<Member> members = new ArrayList<>();
        collect(operation.at("/requestBody/content/application~1json/schema"), base, List.of(), members);
        return members;
    }

    private void collect(JsonNode schema, JsonNode base, List<String> path, List<Member> members) {
        JsonNode resolved = resolve(schema);
        if (path.size() >= DEEPEST) {
            return;
        }
        Set<String> required = new HashSet<>();
        resolved.path("required").forEach(name -> required.add(name.asString()));
        boolean closed = resolved.path("additionalProperties").isBoolean()
                && !resolved.path("additionalProperties").asBoolean();
        Set<String> names = new HashSet<>();
        resolved.path("properties").propertyNames().forEach(names::add);
        if (base.isObject()) {
            base.propertyNames().forEach(names::add);
        }
        names.stream().sorted().forEach(name -> {
            JsonNode property = resolved.path("properties").path(name);
            List<String> place = append(path, name);
            // A member is missed only where what holds it is there.
            boolean isMissed = required.contains(name) && (path.isEmpty() || base.isObject());
            members.add(member(place, property, isMissed, true, closed));
            collect(property, base.path(name), place, members);
        });
        JsonNode items = resolved.path("items");
        if (items.isObject() || base.isArray() && !base.isEmpty()) {
            List<String> place = append(path, "0");
            members.add(member(place, items, false, false, false));
            collect(items, base.path(0), place, members);
        }
    }

    private Member member(List<String> path, JsonNode property, boolean required, boolean ofObject, boolean ofClosed) {
        JsonNode schema = resolve(property);
        Set<String> types = new HashSet<>();
        if (schema.path("type").isString()) {
            types.add(schema.path("type").asString());
        } else {
            schema.path("type").forEach(type -> types.add(type.asString()));
        }
        boolean time = schema.path("format").asString("").equals("date-time");
        return new Member(path, types, time, required, ofObject, ofClosed);
    }

    private static List<String> append(List<String> path, String name) {
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        return List.copyOf(longer);
    }

    private JsonNode resolve(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : resolve(document.at(reference.substring(1)));
    }

    /** The body with this text as the member's value; what is missing on the way is made. */
    static ObjectNode with(JsonNode base, Member member, String value) {
        ObjectNode copy = (ObjectNode) base.deepCopy();
        JsonNode holder = copy;
        for (int i = 0; i < member.path().size(); i++) {
            String step = member.path().get(i);
            boolean last = i == member.path().size() - 1;
            boolean listNext = !last && member.path().get(i + 1).equals("0");
            JsonNode next =
                    last ? StringNode.valueOf(value) : holder.path(step.equals("0") && holder.isArray() ? "" : step);
            if (!last && holder instanceof ArrayNode list) {
                next = list.path(0);
            }
            if (!last && (listNext ? !next.isArray() : !next.isObject())) {
                next = listNext ? JSON.createArrayNode() : JSON.createObjectNode();
            }
            set(holder, step, next);
            holder = next;
        }
        return copy;
    }

    private static void set(JsonNode holder, String step, JsonNode value) {
        if (holder instanceof ArrayNode list) {
            if (list.isEmpty()) {
                list.add(value);
            } else {
                list.set(0, value);
            }
        } else {
            ((ObjectNode) holder).set(step, value);
        }
    }

    /** The body without the member. */
    static JsonNode without(JsonNode base, Member member) {
        JsonNode copy = base.deepCopy();
        JsonNode holder = copy;
        for (String step : member.path().subList(0, member.path().size() - 1)) {
            holder = holder.isArray() ? holder.path(0) : holder.path(step);
        }
        if (holder instanceof ObjectNode object) {
            object.remove(member.name());
        } else if (holder instanceof ArrayNode list && !list.isEmpty()) {
            list.remove(0);
        }
        return copy;
    }
}
