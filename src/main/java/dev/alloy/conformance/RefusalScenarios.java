package dev.alloy.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What a runner has to refuse, or is refused. */
final class RefusalScenarios {

    private RefusalScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("digest", "an artifact is not what was approved", RefusalScenarios::digest),
                new Scenario(
                        "revision-mismatch",
                        "started is refused: another revision was approved",
                        RefusalScenarios::revision),
                new Scenario(
                        "started-replayed",
                        "the server says that the run was started before, and this runner never did",
                        RefusalScenarios::replayedStart),
                new Scenario(
                        "path-parent",
                        "an artifact belongs above the working copy",
                        stage -> hostile(stage, "../../outside/evil.json")),
                new Scenario(
                        "path-absolute",
                        "an artifact belongs at an absolute path",
                        stage -> hostile(
                                stage, stage.outside().resolve("evil.json").toString())),
                new Scenario("path-symlink", "a link in the repository leads elsewhere", RefusalScenarios::symlink),
                new Scenario(
                        "unknown-version",
                        "the request has an unknown major version",
                        stage -> strange(stage, order -> order.version("alloy.foundry_execution_request.v2"))),
                new Scenario(
                        "unknown-throttle",
                        "the request has an unknown throttle",
                        stage -> strange(stage, order -> order.throttle("dry-run"))));
    }

    private static void digest(ScenarioWorld stage) throws Exception {
        RequestFixture order = stage.order(RequestFixture.Kind.ITERATION);
        order.forge("prompt_pack");
        stage.queue(order);
        ScenarioSteps story = new ScenarioSteps(stage, order);
        stage.startRunner();
        if (story.await("failed", Section.ARTIFACTS)) {
            JsonNode result = stage.server().calls("failed").get(0).json();
            stage.require(
                    result.at("/error/category").asString("").equals("safety"),
                    "failed with error.category safety",
                    result.path("error"),
                    Section.ARTIFACTS);
        }
        story.awaitQuiet();
        stage.require(
                stage.server().calls("started").isEmpty(),
                "no started with bytes that are not the approved ones",
                stage.told(),
                Section.ARTIFACTS);
        story.requireNoEmit("with bytes that are not the approved ones");
    }

    private static void revision(ScenarioWorld stage) throws Exception {
        RequestFixture order = stage.order(RequestFixture.Kind.ITERATION);
        order.approve("0123456789abcdef0123456789abcdef01234567");
        stage.queue(order);
        ScenarioSteps story = new ScenarioSteps(stage, order);
        stage.startRunner();
        if (story.await("started", Section.CALLS)) {
            story.awaitQuiet();
            story.requireNoEmit("after started was refused");
        }
    }

    private static void replayedStart(ScenarioWorld stage) throws Exception {
        stage.server().prepare(new InjectedFault("started", InjectedFault.Kind.SAID_TO_BE_REPLAYED));
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        if (story.await("started", Section.CALLS)) {
            story.awaitQuiet();
            story.requireNoEmit("when started was answered with Idempotent-Replayed and the journal does not know why");
            story.requireNoSuccess("of what another process may have begun");
        }
    }

    private static void hostile(ScenarioWorld stage, String path) throws Exception {
        RequestFixture order = stage.order(RequestFixture.Kind.ITERATION);
        order.place("prompt_pack", path);
        stage.queue(order);
        refused(stage, new ScenarioSteps(stage, order));
    }

    /** May be left alone or be reported as failed, but not be started. */
    private static void strange(ScenarioWorld stage, Consumer<RequestFixture> change) throws Exception {
        RequestFixture order = stage.order(RequestFixture.Kind.ITERATION);
        change.accept(order);
        stage.queue(order);
        ScenarioSteps story = new ScenarioSteps(stage, order);
        stage.startRunner();
        story.await(call -> call.is("next") && call.status() == 200, "a poll", Section.CALLS);
        story.awaitQuiet();
        story.requireNoEmit("of a request that the runner does not understand");
        stage.require(
                stage.server().calls("started").isEmpty(),
                "no started of a request that the runner does not understand",
                stage.told(),
                Section.NEVER);
    }

    private static void symlink(ScenarioWorld stage) throws Exception {
        Files.createSymbolicLink(stage.repository().resolve("linked"), stage.outside());
        stage.commit("Link elsewhere");
        RequestFixture order = stage.order(RequestFixture.Kind.ITERATION);
        order.place("prompt_pack", "linked/evil.json");
        stage.queue(order);
        refused(stage, new ScenarioSteps(stage, order));
    }

    private static void refused(ScenarioWorld stage, ScenarioSteps story) throws Exception {
        stage.startRunner();
        if (story.await("accepted", Section.CALLS)) {
            story.awaitQuiet();
        }
        List<Path> written = below(stage.outside());
        stage.require(written.isEmpty(), "nothing is written outside the working copy", written, Section.ARTIFACTS);
        story.requireNoEmit("of a request whose paths lead elsewhere");
    }

    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(one -> !one.equals(directory)).toList();
        }
    }
}
