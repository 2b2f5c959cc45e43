package dev.alloy.bench;

import dev.alloy.compiler.CompilerInput;
import dev.alloy.compiler.Connection;
import dev.alloy.compiler.RepoContext;
import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The worked example with every list at least ten times as long, and as much longer as it takes to have ten times the bytes:
 * mission and payload hold single values, which do not multiply. No two entries are the same; evidence names the gate and
 * the capabilities of its own copy.
 */
final class TenfoldExample {

    private static final int TIMES = 10;

    /** Members whose text is a choice from a list, not a name or a sentence. */
    private static final Set<String> CHOICES = Set.of("access", "kind", "mode", "phase", "severity");

    private TenfoldExample() {}

    /**
     * What the compiler is given.
     *
     * @param manifest the example manifest to compile for: its file name without {@code .json}
     */
    static CompilerInput forManifest(String manifest) {
        return new CompilerInput(
                intent(),
                example(manifest),
                "checkout-service",
                Connection.RUNNER_PULL,
                new RepoContext("/work/checkout-service", "abc123", "alloy/checkout-payment"));
    }

    private static ObjectNode intent() {
        ObjectNode original = example("source-intent");
        ObjectNode tenfold = original.deepCopy();
        int enough = TIMES * CanonicalJson.bytes(original).length;
        for (int copy = 2; copy <= TIMES || CanonicalJson.bytes(tenfold).length < enough; copy++) {
            lengthen(tenfold, original, copy);
        }
        return tenfold;
    }

    private static void lengthen(ObjectNode target, ObjectNode original, int copy) {
        original.properties().forEach(member -> {
            JsonNode value = target.get(member.getKey());
            if (value instanceof ArrayNode list) {
                member.getValue().forEach(item -> list.add(renamed(item, copy)));
            } else if (value instanceof ObjectNode object) {
                lengthen(object, (ObjectNode) member.getValue(), copy);
            }
        });
    }

    private static JsonNode renamed(JsonNode value, int copy) {
        if (value.isString()) {
            return JsonNodeFactory.instance.stringNode(value.stringValue() + "-" + copy);
        }
        if (value instanceof ArrayNode list) {
            ArrayNode other = JsonNodeFactory.instance.arrayNode();
            list.forEach(item -> other.add(renamed(item, copy)));
            return other;
        }
        if (value instanceof ObjectNode object) {
            ObjectNode other = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(member -> {
                boolean stays = CHOICES.contains(member.getKey());
                other.set(member.getKey(), stays ? member.getValue() : renamed(member.getValue(), copy));
            });
            return other;
        }
        return value;
    }

    private static ObjectNode example(String name) {
        try (var in = TenfoldExample.class.getResourceAsStream("/examples/" + name + ".json")) {
            if (in == null) {
                throw new IllegalArgumentException("There is no example " + name + ".");
            }
            return (ObjectNode) StrictJson.read(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (UnreadableJson e) {
            throw new IllegalStateException(e);
        }
    }
}
