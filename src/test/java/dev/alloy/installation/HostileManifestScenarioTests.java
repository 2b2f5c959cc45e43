package dev.alloy.installation;

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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Manifests that are wrong in one place each: the place is named, wherever a manifest is taken, and nothing is stored. */
@AlloyTest
class HostileManifestScenarioTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Member, value, code, and where the finding points when that is not the member. */
    private static final String[][] TABLE = {
        {"schema_version", null, "missing-member"},
        {"foundry_version", null, "missing-member"},
        {"foundry_version", "\"\"", "too-short"},
        {"foundry_version", "13", "wrong-type"},
        {"foundry_version", "\"0.13 (dirty)\"", "wrong-format"},
        {"foundry_version", "\"0.13\\u202e\"", "wrong-format"},
        {"foundry_version", "\"" + "1".repeat(101) + "\"", "too-long"},
        {"supports_alloy_brief", "\"true\"", "wrong-type"},
        {"supports_alloy_brief", "1", "wrong-type"},
        {"supports_prompt_pack", "null", "wrong-type"},
        {"supports_gate_overlay", "[true]", "wrong-type"},
        {"supports_trace_export", "{}", "wrong-type"},
        {"supports_streaming", "0", "wrong-type"},
        {"supported_entry_events", "null", "wrong-type"},
        {"supported_entry_events", "{\"a\":\"iteration_requested\"}", "wrong-type"},
        {"supported_entry_events", "\"iteration_requested\"", "wrong-type"},
        {"supported_entry_events", "[\"iteration_requested\",null]", "wrong-type", "/supported_entry_events/1"},
        {"supported_entry_events", "[1]", "wrong-type", "/supported_entry_events/0"},
        {"supported_entry_events", "[\"\"]", "too-short", "/supported_entry_events/0"},
        {"supported_throttle_modes", "\"full\"", "wrong-type"},
        {"supported_throttle_modes", "[[\"full\"]]", "wrong-type", "/supported_throttle_modes/0"},
        {"registered_blocks", "{}", "wrong-type"},
        {"registered_blocks", "[true]", "wrong-type", "/registered_blocks/0"},
        {"formations", "[{}]", "missing-member", "/formations/0/name"},
        {"formations", "[{\"name\":\"n\",\"entry_event\":\"e\",\"payload\":[]}]", "wrong-type", "/formations/0/payload"
        },
    };

    /** Valid, however odd: kept as they are, and nothing is read into them. */
    private static final String[][] ODD = {
        {"supported_throttle_modes", "[\"FULL\",\"Dry_Run\",\"dry_run\",\"dry_run\"]"},
        {"supported_entry_events", "[\"iteration_requested\",\"iteration_requested\",\"\u0456teration_requested\"]"},
        {"registered_blocks", "[]"},
        {"x_unknown", "{\"deep\":[1,2,{\"a\":null}]}"},
        {"supports_everything", "true"},
        {"formations", "[{\"name\":\"n\",\"entry_event\":\"e\",\"payload\":{\"a\":1e300},\"more\":true}]"},
    };

    @LocalServerPort
    private int port;

    @Test
    void everyMistakeIsNamedWhereverAManifestIsTaken() {
        World world = World.on(port);
        Map<String, String> before = Rows.of(world.organization());
        List<String> wrong = new ArrayList<>();
        for (String[] row : TABLE) {
            ObjectNode manifest = World.example("capability-manifest");
            if (row[1] == null) {
                manifest.remove(row[0]);
            } else {
                manifest.set(row[0], JSON.readTree(row[1]));
            }
            String pointer = row.length > 3 ? row[3] : "/" + row[0];
            String path = "/api/foundry-installations/" + world.installation() + "/capability-manifest";
            check(wrong, row, pointer, world.admin().put(path, manifest.toString()));
            check(
                    wrong,
                    row,
                    "/capability_manifest" + pointer,
                    world.admin().post("/api/foundry-installations", world.installationBody(manifest)));
            ObjectNode report = JSON.createObjectNode().put("installation_id", world.installation());
            report.set("capability_manifest", manifest);
            check(
                    wrong,
                    row,
                    "/capability_manifest" + pointer,
                    world.admin().post("/api/projects/" + world.project() + "/foundry-capabilities", report));
        }

        assertThat(wrong).isEmpty();
        assertThat(Rows.of(world.organization())).isEqualTo(before);
    }

    private static void check(List<String> wrong, String[] row, String pointer, Api.Answer answer) {
        boolean named = answer.problem().equals("invalid-body")
                && answer.json()
                        .path("errors")
                        .valueStream()
                        .anyMatch(error -> error.path("pointer").asString().equals(pointer)
                                && error.path("code").asString().equals(row[2]));
        if (answer.status() != 422 || !named) {
            wrong.add(pointer + " = " + row[1] + ": " + answer.status() + " " + answer.text());
        }
    }

    @Test
    void whatIsOddButValidIsKeptAndTakenAtItsWord() {
        World world = World.on(port);
        for (String[] row : ODD) {
            ObjectNode manifest = World.example("capability-manifest");
            manifest.set(row[0], JSON.readTree(row[1]));
            String id = world.admin()
                    .post("/api/foundry-installations", world.installationBody(manifest))
                    .expect(201)
                    .json()
                    .path("id")
                    .asString();
            assertThat(world.admin()
                            .get("/api/foundry-installations/" + id + "/capability-manifests")
                            .expect(200)
                            .json()
                            .at("/items/0/capability_manifest"))
                    .as(row[0])
                    .isEqualTo(manifest);
            Api.Answer brief = world.admin()
                    .post(
                            "/api/projects/" + world.project() + "/formation-briefs",
                            world.compileBody(World.example("source-intent")).put("installation_id", id))
                    .expect(201);
            assertThat(brief.json().path("throttle").asString()).isEqualTo("dry_run");
        }
    }
}
