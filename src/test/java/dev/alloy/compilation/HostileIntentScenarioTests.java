package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Intents that are wrong in one place each: the place is named, with a code, and nothing is stored. */
@AlloyTest
class HostileIntentScenarioTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Where, what stands there, and the code; the pointer of the finding is where, unless a fourth says otherwise. */
    private static final String[][] TABLE = {
        {"/mission", null, "missing-member"},
        {"/mission", "null", "wrong-type"},
        {"/mission", "[]", "wrong-type"},
        {"/mission", "\"pay\"", "wrong-type"},
        {"/mission/objective", null, "missing-member"},
        {"/mission/objective", "\"\"", "too-short"},
        {"/mission/objective", "\"  \\n\"", "wrong-format"},
        {"/mission/objective", "\"\\u00a0\\u3000\\u200b\"", "wrong-format"},
        {"/mission/objective", "1", "wrong-type"},
        {"/mission/objective", "\"" + "x".repeat(4001) + "\"", "too-long"},
        {"/mission/stop_conditions", "\"none\"", "wrong-type"},
        {"/mission/definition_of_done/0", "null", "wrong-type"},
        {"/mission/objectiv", "\"x\"", "unknown-member"},
        {"/throtle", "\"full\"", "unknown-member"},
        {"/schema_version", "\"v1\"", "unknown-member"},
        {"/protected_capabilities", null, "missing-member"},
        {"/protected_capabilities", "[]", "too-few"},
        {"/protected_capabilities/0/severity", "\"High\"", "unknown-value"},
        {"/protected_capabilities/0/severity", "0", "unknown-value"},
        {"/protected_capabilities/0/id", "\"a b\"", "wrong-format"},
        {"/protected_capabilities/0/id", "\"a\\u202eb\"", "wrong-format"},
        {
            "/protected_capabilities/0/id",
            "\"alloy.capability.test-rules-without-ui\"",
            "duplicate-id",
            "/protected_capabilities/1/id"
        },
        {"/evidence_plan", null, "missing-member"},
        {"/evidence_plan/required", "[]", "too-few"},
        {"/evidence_plan/required/0/kind", "\"magic\"", "unknown-value"},
        {"/evidence_plan/required/0/gate", "\"nowhere\"", "unknown-gate"},
        {"/evidence_plan/required/0/gate", "\"Tests\"", "unknown-gate"},
        {"/evidence_plan/required/0/capability_ids/0", "\"none\"", "unknown-capability"},
        {"/evidence_plan/suggested/0/id", "\"rules-tested-without-ui\"", "duplicate-id"},
        {"/gates/0/required", "false", "required-contradicts-mode"},
        {"/gates/2/required", "true", "required-contradicts-mode"},
        {"/gates/0/required", "1", "wrong-type"},
        {"/gates/0/required", "\"true\"", "wrong-type"},
        {"/gates/0/name", "\"vendor_import_boundary\"", "duplicate-id", "/gates/1/name"},
        {"/gates/0/name", "\"tests \"", "wrong-format"},
        {"/gates/0/timeout_secs", "0", "out-of-range"},
        {"/gates/0/timeout_secs", "-1", "out-of-range"},
        {"/gates/0/timeout_secs", "1.5", "wrong-type"},
        {"/gates/0/timeout_secs", "1e21", "out-of-range"},
        {"/gates/0/timeout_secs", "-1e300", "out-of-range"},
        {"/gates/0/timeout_secs", "\"600\"", "wrong-type"},
        {"/gates/0/command", "\"a\\u200bb\"", "invisible-character"},
        {"/gates/0/command", "\"a\\rb\"", "invisible-character"},
        {"/gates/0/phase", "\"after\"", "unknown-value"},
        {"/gates/0/mode", "\"required\"", "unknown-value"},
        {"/gates/0/mod", "\"advisory\"", "unknown-member"},
        {"/foundry", null, "missing-member"},
        {"/foundry/entry_event", null, "missing-member"},
        {"/foundry/entry_event", "\"project_iteration_completed\"", "entry-event-not-allowed"},
        {"/foundry/entry_event", "\"Iteration_Requested\"", "entry-event-not-allowed"},
        {"/foundry/entry_event", "\"iteration_requested \"", "entry-event-not-allowed"},
        {"/foundry/entry_event", "\"\\u0456teration_requested\"", "entry-event-not-allowed"},
        {"/foundry/entry_event", "7", "wrong-type"},
        {"/foundry/throttle", "\"Full\"", "unknown-value"},
        {"/foundry/throttle", "0", "unknown-value"},
        {"/foundry/throttle", "null", "unknown-value"},
        {"/foundry/throttle", "\"dry-run\"", "unknown-value"},
        {"/foundry/payload", "[]", "wrong-type"},
        {"/foundry/payload", "null", "wrong-type"},
        {"/foundry/payload/loop_context", "null", "refused-member"},
        {"/foundry/payload/gates", "[]", "refused-member"},
        {"/foundry/payload/workflow", "\"maintain\"", "foreign-workflow"},
        {"/foundry/payload/workflow", "null", "foreign-workflow"},
        {"/foundry/payload/project", "\"somebody-elses\"", "foreign-project"},
        {"/foundry/payload/project", "null", "foreign-project"},
        {"/foundry/payload/alloy", "{}", "reserved-member"},
        {"/foundry/payload/actions/alloy", "{}", "reserved-member"},
        {"/foundry/payload/actions", "\"push\"", "wrong-type"},
        {"/foundry/payload/strategic_prompt", "null", "wrong-type"},
        {"/foundry/required_blocks", "[\"A\",\"A\"]", "duplicate"},
        {"/foundry/required_blocks", "[null]", "wrong-type", "/foundry/required_blocks/0"},
        {"/codebase_observations/0/text", "\"" + "x".repeat(20_001) + "\"", "too-long"},
        {"/codebase_observations/0/path", null, "missing-member"},
        {"/feedback_hooks/after", "[]", "unknown-member"},
        {"/intent_refs/product", "[\"a\",\"a\"]", "duplicate"},
        {"/agent_formation/roles/0/name", "\"\"", "wrong-format"},
    };

    @LocalServerPort
    private int port;

    @Test
    void everyMistakeIsNamedAndNothingIsStored() {
        World world = World.on(port);
        Map<String, String> before = Rows.of(world.organization());
        List<String> wrong = new ArrayList<>();
        for (String[] row : TABLE) {
            ObjectNode intent = World.example("source-intent");
            set(intent, row[0], row[1]);
            Api.Answer answer = compile(world, intent);
            String expected = "/source_intent" + (row.length > 3 ? row[3] : row[0]) + " " + row[2];
            boolean named = answer.problem().equals("invalid-body")
                    && answer.json().path("failure_category").asString("").equals("validation")
                    && answer.json()
                            .path("errors")
                            .valueStream()
                            .map(error -> error.path("pointer").asString() + " "
                                    + error.path("code").asString())
                            .anyMatch(expected::equals);
            if (answer.status() != 422 || !named) {
                wrong.add(expected + " ← " + row[1] + ": " + answer.status() + " " + answer.text());
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(Rows.of(world.organization())).isEqualTo(before);
    }

    @Test
    void nothingButMistakesIsAnsweredQuicklyAndShortly() {
        World world = World.on(port);
        ObjectNode intent = World.example("source-intent");
        ArrayNode gates = intent.putArray("gates");
        for (int i = 0; i < 24_000; i++) {
            gates.addObject();
        }

        Api.Answer answer = compile(world, intent).expect(422);

        assertThat(answer.json().path("errors")).hasSize(100);
        assertThat(answer.json().path("detail").asString()).contains("The first 100 are listed");
        gates.addAll(gates.deepCopy());
        assertThat(compile(world, intent).expect(400).problem()).isEqualTo("json-limit-exceeded");
    }

    @Test
    void observationsAreLimitedTogether() {
        World world = World.on(port);
        ObjectNode intent = World.example("source-intent");
        for (int i = 0; i < 11; i++) {
            intent.withArray("codebase_observations")
                    .addObject()
                    .put("path", "p" + i)
                    .put("text", "x".repeat(19_000));
        }

        assertThat(compile(world, intent)
                        .expect(422)
                        .json()
                        .at("/errors/0/pointer")
                        .asString())
                .isEqualTo("/source_intent/codebase_observations");
    }

    private static Api.Answer compile(World world, ObjectNode intent) {
        return world.admin().post("/api/projects/" + world.project() + "/formation-briefs", world.compileBody(intent));
    }

    private static void set(ObjectNode document, String pointer, String value) {
        int cut = pointer.lastIndexOf('/');
        JsonNode parent = document.at(pointer.substring(0, cut));
        String last = pointer.substring(cut + 1);
        if (parent instanceof ArrayNode list) {
            list.set(Integer.parseInt(last), JSON.readTree(value));
        } else if (value == null) {
            ((ObjectNode) parent).remove(last);
        } else {
            ((ObjectNode) parent).set(last, JSON.readTree(value));
        }
    }
}
