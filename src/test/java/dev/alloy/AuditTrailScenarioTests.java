package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The audit log as it is read. */
@AlloyTest
class AuditTrailScenarioTests {

    private static final String EVENTS = "/api/audit-events";

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    private static JsonNode items(Api reader, String query) {
        return reader.get(EVENTS + query).expect(200).json().path("items");
    }

    private static List<String> types(Api reader, String query) {
        return items(reader, query).findValuesAsString("type").stream()
                .filter(type -> type.startsWith("run."))
                .toList();
    }

    @Test
    void tellsTheStoryOfARunNewestFirst() {
        World.Started started = world.startedRun();
        started.complete();
        Api reader = world.person("auditor", "\"view\"");
        String run =
                "?target_type=run_request&target_id=" + started.run().path("id").asString();

        assertThat(types(reader, run))
                .containsExactly(
                        "run.completed_with_findings",
                        "run.executing",
                        "run.accepted",
                        "run.offered",
                        "run.queued",
                        "run.requested");
        assertThat(types(reader, run + "&type=run.accepted&actor=" + world.runner()))
                .containsExactly("run.accepted");
        JsonNode accepted = items(reader, run + "&type=run.accepted").path(0);
        assertThat(accepted.at("/actor/type").asString()).isEqualTo("runner");
        assertThat(accepted.at("/actor/remote_address").asString()).isNotEmpty();
        assertThat(accepted.path("after_digest")).isEqualTo(started.run().path("brief_digest"));
        assertThat(types(
                        reader,
                        run + "&correlation_id="
                                + accepted.path("correlation_id").asString()))
                .containsExactly("run.accepted");
        String at = accepted.path("occurred_at").asString();
        assertThat(types(reader, run + "&until=" + at)).containsExactly("run.offered", "run.queued", "run.requested");
        assertThat(types(reader, run + "&since=" + at)).contains("run.accepted").doesNotContain("run.offered");
    }

    @Test
    void tellsWhatWasDenied() {
        Api reader = world.person("auditor", "\"view\"");
        reader.post(
                        "/api/projects",
                        "{\"id\":\"mine\",\"organization_id\":\"%s\",\"name\":\"Mine\"}"
                                .formatted(world.organization()))
                .expect(403);

        JsonNode newest = items(reader, "?actor=auditor").path(0);
        assertThat(newest.path("type").asString()).contains("denied");
    }

    @Test
    void goesOnPageByPage() {
        world.completedRun();
        Api reader = world.person("auditor", "\"view\"");
        JsonNode first = reader.get(EVENTS + "?limit=3").expect(200).json();
        JsonNode second = reader.get(
                        EVENTS + "?limit=3&cursor=" + first.path("next_cursor").asString())
                .expect(200)
                .json();

        long lastOfFirst = first.at("/items/2/id").asLong();
        assertThat(second.at("/items/0/id").asLong()).isLessThan(lastOfFirst);
        assertThat(reader.get(EVENTS + "?limit=3&type=x&cursor="
                                + first.path("next_cursor").asString())
                        .expect(400)
                        .problem())
                .isEqualTo("invalid-cursor");
    }

    @Test
    void showsNobodyWhatIsNotTheirs() {
        World other = World.on(port);
        other.completedRun();
        world.completedRun();
        String elsewhere = world.anotherProject();
        Api auditor = world.person("auditor", "\"view\"");
        Api limited = world.admin()
                .as(world.token("limited", "\"view\"", ",\"project_ids\":[\"" + elsewhere + "\"]")
                        .path("token")
                        .asString());

        assertThat(items(auditor, "?limit=200").findValuesAsString("organization_id"))
                .isNotEmpty()
                .containsOnly(world.organization());
        assertThat(items(auditor, "?project_id=" + other.project())).isEmpty();
        assertThat(items(limited, "?limit=200").findValuesAsString("project_id"))
                .allMatch(elsewhere::equals);
        assertThat(items(limited, "?project_id=" + world.project())).isEmpty();
        RunnerClient runner = world.firstRunner();
        assertThat(runner.api().get(EVENTS).expect(403).problem()).isEqualTo("authority-missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"since=yesterday", "until=2026-01-01T00:00:00", "type=%00", "actor=%00", "before=1"})
    void refusesAFilterThatMeansNothing(String filter) {
        assertThat(world.admin().get(EVENTS + "?" + filter).expect(400).problem())
                .isEqualTo("invalid-parameter");
    }
}
