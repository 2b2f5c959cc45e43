package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.run.RunStatus;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The list of runs and what narrows it. */
@AlloyTest
class RunListScenarioTests {

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void showsTheRunsThatEveryFilterAllows() {
        JsonNode waiting = world.request(world.brief());
        JsonNode queued = world.queuedRun(World.intent("Queued"));
        String project = "project_id=" + world.project();

        assertThat(ids(project + "&status=queued")).containsExactly(id(queued));
        assertThat(ids(project + "&status=awaiting_approval")).containsExactly(id(waiting));
        assertThat(ids(project + "&requested_by=bootstrap")).containsExactly(id(queued), id(waiting));
        assertThat(ids(project + "&requested_by=nobody")).isEmpty();
        assertThat(ids("formation_brief_id="
                        + waiting.path("formation_brief_id").asString()))
                .containsExactly(id(waiting));
    }

    @Test
    void tellsWhatIsStuckAndSinceWhen() {
        JsonNode queued = world.queuedRun(World.intent("Stuck"));
        String project = "project_id=" + world.project() + "&status=queued";

        assertThat(ids(project + "&parked=false")).containsExactly(id(queued));
        assertThat(ids(project + "&parked=true")).isEmpty();
        assertThat(ids(project + "&state_since_before=2999-01-01T00:00:00Z")).containsExactly(id(queued));
        assertThat(ids(project + "&state_since_before=2020-01-01T00:00:00%2B02:00"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void knowsEveryStatusByItsWireName(RunStatus status) {
        world.admin()
                .get("/api/run-requests?project_id=" + world.project() + "&status=" + status.wireName())
                .expect(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status=QUEUED",
                "status=",
                "status=done",
                "parked=yes",
                "state_since_before=yesterday",
                "requested_by=%00",
                "project_id=a%0Ab"
            })
    void refusesAFilterThatMeansNothing(String filter) {
        Api.Answer refused = world.admin().get("/api/run-requests?" + filter).expect(400);

        assertThat(refused.problem()).isEqualTo("invalid-parameter");
    }

    private List<String> ids(String query) {
        return world.admin()
                .get("/api/run-requests?" + query)
                .expect(200)
                .json()
                .path("items")
                .valueStream()
                .map(RunListScenarioTests::id)
                .toList();
    }

    private static String id(JsonNode run) {
        return run.path("id").asString();
    }
}
