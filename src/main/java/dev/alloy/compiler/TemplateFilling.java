package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts values into the places of a template, once. A text that is one placeholder becomes the value itself, and a list among the
 * items of a list becomes items of it. Where there is no value, the member or item is left out.
 */
final class TemplateFilling {

    /** As much as a body may hold: a few placeholders must not grow without bound. */
    private static final int LONGEST = 1 << 20;

    private final Map<String, @Nullable JsonNode> values;
    private int length;

    TemplateFilling(Map<String, @Nullable JsonNode> values) {
        this.values = values;
    }

    /** @throws TemplateRefused when the filled template is too long */
    ObjectNode fill(ObjectNode template) {
        ObjectNode filled = JsonNodeFactory.instance.objectNode();
        template.properties().forEach(member -> {
            JsonNode value = fill(member.getValue());
            if (value != null) {
                filled.set(member.getKey(), value);
            }
        });
        return filled;
    }

    private @Nullable JsonNode fill(JsonNode value) {
        if (value instanceof ObjectNode object) {
            return fill(object);
        }
        if (value instanceof ArrayNode array) {
            return fill(array);
        }
        return value.isString() ? text(value) : value;
    }

    private ArrayNode fill(ArrayNode template) {
        ArrayNode filled = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : template) {
            JsonNode value = fill(item);
            if (value instanceof ArrayNode list && item.isString()) {
                filled.addAll(list);
            } else if (value != null) {
                filled.add(value);
            }
        }
        return filled;
    }

    private @Nullable JsonNode text(JsonNode template) {
        String text = template.stringValue();
        var whole = Placeholders.whole(text);
        if (whole.isPresent()) {
            JsonNode value = values.get(whole.get());
            count(value == null ? 0 : value.toString().length());
            return value == null ? null : value.deepCopy();
        }
        return JsonNodeFactory.instance.stringNode(Placeholders.replace(text, name -> {
            String value = IntentTemplate.text(values.get(name));
            count(value.length());
            return value;
        }));
    }

    private void count(int characters) {
        length += characters;
        if (length > LONGEST) {
            throw new TemplateRefused(List.of(new Finding(
                    "/parameters",
                    "too-long",
                    "With these values the intent has more than " + LONGEST + " characters.")));
        }
    }
}
