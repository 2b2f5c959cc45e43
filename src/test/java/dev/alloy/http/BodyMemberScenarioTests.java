package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Endpoint;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.Rows;
import dev.alloy.testing.SchemaSamples;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is wrong with a member is said with its place and a code, all findings at once. The cases come from the schemas. */
@AlloyTest
class BodyMemberScenarioTests {

    private static final JsonNodeFactory NODES = JsonMapper.shared().getNodeFactory();

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private final List<String> wrong = new ArrayList<>();
    private int cases;

    @Test
    void everyMemberOfTheWrongTypeIsFoundAtOnce() {
        sweep((world, endpoint, schema, body) -> {
            List<String> broken = new ArrayList<>();
            members(schema).forEach((name, rule) -> {
                JsonNode value = SchemaSamples.wrongFor(rule);
                if (value != null) {
                    body.set(name, value);
                    broken.add("/" + name);
                }
            });
            if (broken.isEmpty()) {
                return;
            }
            Api.Answer answer = send(world, endpoint, body);
            if (answer.status() != 422 || !pointers(answer).containsAll(broken)) {
                wrong.add(endpoint + ": not all of " + broken + " in " + answer.text());
            }
        });
    }

    @Test
    void everyWrongTypeOfEveryMemberIsRefused() {
        sweep((world, endpoint, schema, body) -> members(schema).forEach((name, rule) -> {
            for (JsonNode value : wrongValues(rule)) {
                ObjectNode changed = body.deepCopy();
                changed.set(name, value);
                expect(world, endpoint, changed, "/" + name, "");
            }
        }));
    }

    @Test
    void everyUnknownMemberIsRefusedWhereTheSchemaIsClosed() {
        sweep((world, endpoint, schema, body) -> {
            if (isClosed(SchemaSamples.schema(schema))) {
                ObjectNode changed = body.deepCopy();
                changed.put("throtle", "full");
                expect(world, endpoint, changed, "/throtle", "unknown-member");
            }
            members(schema).forEach((name, rule) -> {
                if (isClosed(rule)) {
                    ObjectNode changed = body.deepCopy();
                    changed.withObjectProperty(name).put("__proto__", 1);
                    expect(world, endpoint, changed, "/" + name + "/__proto__", "unknown-member");
                }
            });
        });
    }

    @Test
    void everyMissingMemberIsNamed() {
        sweep((world, endpoint, schema, body) -> SchemaSamples.schema(schema)
                .path("required")
                .forEach(name -> {
                    ObjectNode changed = body.deepCopy();
                    changed.remove(name.asString());
                    expect(world, endpoint, changed, "/" + name.asString(), "missing-member");
                }));
    }

    @Test
    void everyTextThatIsTooLongIsRefused() {
        sweep((world, endpoint, schema, body) -> members(schema).forEach((name, rule) -> {
            int most = rule.path("maxLength").asInt(0);
            if (most > 0) {
                ObjectNode changed = body.deepCopy();
                changed.put(name, "a".repeat(most + 1));
                expect(world, endpoint, changed, "/" + name, "too-long");
            }
        }));
    }

    @Test
    void invisibleAndReversingCharactersAreNotPartOfANameOrAnId() {
        String[] invisible = {"a\u202Eb", "a\u200Bb", "a\u2066b", "a\uFEFFb", "a\u00ADb", "a\u2028b", "a\u0007b", " "};
        sweep((world, endpoint, schema, body) -> SchemaSamples.schema(schema)
                .path("properties")
                .properties()
                .forEach(member -> {
                    if (member.getValue().path("$ref").asString("").matches(".*/\\$defs/(name|slug|id|branch)")) {
                        for (String text : invisible) {
                            ObjectNode changed = body.deepCopy();
                            changed.put(member.getKey(), text);
                            expect(world, endpoint, changed, "/" + member.getKey(), "wrong-format");
                        }
                    }
                }));
    }

    @Test
    void anInstantNeedsAnOffsetAndHasToBeOne() {
        String[] none = {
            "2030-01-01T00:00:00", "2030-01-01", "tomorrow", "2030-02-30T00:00:00Z", "2030-01-01T25:00:00Z",
            "2030-01-01 00:00:00Z", "1893456000", "2030-01-01T00:00:00+99:00", "", "+12030-01-01T00:00:00Z",
            "2030-01-01T00:00:00+23:59", "2030-06-30T23:59:60Z"
        };
        sweep((world, endpoint, schema, body) -> SchemaSamples.schema(schema)
                .path("properties")
                .properties()
                .forEach(member -> {
                    if (member.getValue().path("$ref").asString("").endsWith("/instant")) {
                        for (String text : none) {
                            ObjectNode changed = body.deepCopy();
                            changed.put(member.getKey(), text);
                            expect(world, endpoint, changed, "/" + member.getKey(), "");
                        }
                    }
                }));
    }

    private static List<JsonNode> wrongValues(JsonNode rule) {
        List<JsonNode> values = new ArrayList<>();
        JsonNode value = SchemaSamples.wrongFor(rule);
        if (value != null) {
            values.add(value);
            values.add(NODES.nullNode());
        }
        switch (SchemaSamples.typeOf(rule)) {
            case "integer" -> {
                values.add(NODES.numberNode(1.9));
                values.add(NODES.booleanNode(true));
                values.add(NODES.numberNode(-1));
                values.add(NODES.numberNode(9_007_199_254_740_991L));
            }
            case "boolean" -> values.add(NODES.stringNode("true"));
            case "array" -> values.add(NODES.arrayNode().addNull());
            default -> {}
        }
        if (rule.has("enum")) {
            values.add(NODES.stringNode("nonsense"));
            values.add(NODES.stringNode(rule.path("enum").path(0).asString().toUpperCase(java.util.Locale.ROOT)));
        }
        return values;
    }

    private static Map<String, JsonNode> members(String schema) {
        Map<String, JsonNode> members = new java.util.TreeMap<>();
        SchemaSamples.schema(schema)
                .path("properties")
                .properties()
                .forEach(member -> members.put(member.getKey(), SchemaSamples.resolve(schema, member.getValue())));
        return members;
    }

    private static boolean isClosed(JsonNode schema) {
        return schema.has("additionalProperties")
                && !schema.path("additionalProperties").asBoolean(true);
    }

    private interface Attack {
        void on(FullWorld world, Endpoint endpoint, String schema, ObjectNode body);
    }

    private void sweep(Attack attack) {
        FullWorld world = FullWorld.shared(port);
        Map<String, String> before = Rows.of(world.world().organization());
        for (Endpoint endpoint : Endpoint.all(mapping)) {
            endpoint.schema().ifPresent(schema -> attack.on(world, endpoint, schema, world.sample(schema)));
        }
        assertThat(wrong).isEmpty();
        assertThat(Rows.of(world.world().organization())).isEqualTo(before);
        assertThat(cases).isGreaterThan(3);
    }

    private void expect(FullWorld world, Endpoint endpoint, ObjectNode body, String pointer, String code) {
        Api.Answer answer = send(world, endpoint, body);
        boolean found = answer.json()
                .path("errors")
                .valueStream()
                .anyMatch(error -> error.path("pointer").asString().startsWith(pointer)
                        && (code.isEmpty() || error.path("code").asString().equals(code)));
        if (answer.status() != 422 || !found) {
            wrong.add(endpoint + " " + pointer + " " + code + ": " + answer.status() + " " + answer.text() + " to "
                    + body.toString().substring(0, Math.min(400, body.toString().length())));
        }
    }

    private Api.Answer send(FullWorld world, Endpoint endpoint, ObjectNode body) {
        cases++;
        return world.caller(endpoint)
                .send(
                        endpoint.method(),
                        world.path(endpoint),
                        body.toString().getBytes(StandardCharsets.UTF_8),
                        "application/json");
    }

    private static List<String> pointers(Api.Answer answer) {
        return answer.json()
                .path("errors")
                .valueStream()
                .map(error -> error.path("pointer").asString())
                .toList();
    }
}
