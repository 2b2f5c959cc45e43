package dev.alloy.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Await;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs in every state, as they are when a backup is made. Those in between may change code, each on its branch, each with a runner of its own.
 *
 * @param first a runner that has nothing yet
 */
record RestoreStory(
        World world,
        RunnerClient first,
        JsonNode waiting,
        JsonNode offered,
        JsonNode accepted,
        JsonNode executing,
        JsonNode unapproved,
        JsonNode ended) {

    /** Settings of a replica that keeps its checkpoints in a directory, and seals at once. */
    static Map<String, String> settings(Path home, String... more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("alloy.data-dir", home.toString());
        settings.put("alloy.audit.seal-interval", "20ms");
        settings.put("management.server.port", "0");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private static ObjectNode mutating(String objective) {
        ObjectNode intent = World.mutatingIntent();
        ((ObjectNode) intent.path("mission")).put("objective", objective);
        return intent;
    }

    /** A mutating run that is queued, on a branch of its own. */
    static JsonNode queued(World world, String name) {
        ObjectNode body = world.compileBody(mutating(name));
        ((ObjectNode) body.path("repo")).put("branch", "alloy/" + name);
        JsonNode brief = world.admin()
                .post("/api/projects/" + world.project() + "/formation-briefs", body)
                .expect(201)
                .json();
        world.approve(brief);
        return world.request(brief);
    }

    /** One more runner, which may have what changes code. */
    static RunnerClient trusted(World world) {
        RunnerClient runner = world.anotherRunner(1);
        world.change(runner, "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        return runner;
    }

    /** Waits until all of an organization's log is sealed, and its newest checkpoint kept outside. */
    static void awaitSealed(World world) {
        Await.until(() -> world.admin()
                .get("/api/audit-verification")
                .json()
                .path("chains")
                .valueStream()
                .filter(chain -> chain.path("organization_id").asString("").equals(world.organization()))
                .anyMatch(chain -> chain.path("batches").asInt() > 0
                        && !chain.path("unsealed").booleanValue()
                        && chain.path("kept").equals(chain.path("batches"))));
    }

    /** Brings all of them there. */
    static RestoreStory until(int port) {
        World world = World.on(port);
        JsonNode executing = queued(world, "executing");
        trusted(world).start(executing);
        JsonNode accepted = queued(world, "accepted");
        trusted(world).accept(accepted);
        JsonNode offered = queued(world, "offered");
        trusted(world).offered(offered);
        JsonNode waiting = queued(world, "waiting");
        RunnerClient first = trusted(world);
        JsonNode ended = world.queuedRun(World.intent("ended"));
        RunnerClient last = world.anotherRunner(1);
        last.start(ended).post("completed", World.result(ended)).expect(200);
        JsonNode unapproved = world.request(world.brief(World.intent("unapproved")));
        return new RestoreStory(world, first, waiting, offered, accepted, executing, unapproved, ended);
    }

    /** State, and why it is parked. */
    static String statusOf(Api admin, JsonNode run) {
        JsonNode read = admin.get(RunnerClient.path(run)).expect(200).json();
        JsonNode reason = read.path("parked_reason");
        return read.path("status").asString() + (reason.isNull() ? "" : " " + reason.asString());
    }

    /** Nothing that may have started since the backup is offered by the service that has it now. */
    void assertNothingIsOffered(int port) {
        Api admin = Api.on(port);
        assertThat(statusOf(admin, waiting)).isEqualTo("queued restored");
        assertThat(statusOf(admin, offered)).isEqualTo("queued restored");
        assertThat(statusOf(admin, accepted)).isEqualTo("queued restored");
        assertThat(statusOf(admin, unapproved)).isEqualTo("awaiting_approval restored");
        assertThat(statusOf(admin, executing)).isEqualTo("lost");
        assertThat(statusOf(admin, ended)).isEqualTo("completed_with_findings");
        runnerOn(port).poll().expect(204);
    }

    /** The same runner behind another address. */
    RunnerClient runnerOn(int port) {
        return first.at(port);
    }
}
