package dev.alloy.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes the components that nothing in the document refers to, such as schemas of what never crosses the boundary by itself. */
final class UnusedComponents {

    private static final String PREFIX = "#/components/";

    private UnusedComponents() {}

    static void remove(ObjectNode document) {
        JsonNode components = document.path("components");
        Set<String> used = new HashSet<>();
        Deque<JsonNode> open = new ArrayDeque<>(List.of(document.path("paths")));
        while (!open.isEmpty()) {
            JsonNode node = open.pop();
            node.elements().forEachRemaining(open::push);
            String reference = node.path("$ref").asText();
            if (reference.startsWith(PREFIX)) {
                String[] parts = reference.substring(PREFIX.length()).split("/", 3);
                if (used.add(parts[0] + "/" + parts[1])) {
                    open.push(components.path(parts[0]).path(parts[1]));
                }
            }
        }
        components.fields().forEachRemaining(kind -> {
            if (!kind.getKey().equals("securitySchemes") && kind.getValue() instanceof ObjectNode all) {
                List<String> names = new ArrayList<>();
                all.fieldNames().forEachRemaining(names::add);
                names.removeIf(name -> used.contains(kind.getKey() + "/" + name));
                all.remove(names);
            }
        });
    }
}
