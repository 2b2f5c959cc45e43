package dev.alloy.conformance;

import java.nio.file.Files;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether a runner reports what it saw, and not what it supposes. Source: witnesses.md. */
final class WitnessScenarios {

    private static final String TWICE = """
            {"gates": [
              {"name": "unit", "command": "false", "required": true},
              {"name": "unit", "command": "true", "required": true}
            ]}
            """;

    private WitnessScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("observed", "a run commits, and the runner looked", WitnessScenarios::observed),
                new Scenario(
                        "gate-twice", "the gate file holds a name twice before anything runs", WitnessScenarios::twice),
                new Scenario(
                        "gate-twice-between",
                        "the agent makes the gate file hold a name twice",
                        WitnessScenarios::twiceBetween));
    }

    private static void observed(ScenarioWorld stage) throws Exception {
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        JsonNode result = story.awaitResult();
        if (result == null) {
            return;
        }
        JsonNode observed = result.path("observed");
        is(stage, observed, "head_before", story.order().revision());
        is(
                stage,
                observed,
                "head_after",
                GitRepository.in(stage.repository())
                        .run("rev-parse", FixtureDocuments.BRANCH)
                        .strip());
        is(stage, observed, "branch_after", FixtureDocuments.BRANCH);
        is(
                stage,
                observed,
                "tree_after",
                GitRepository.in(stage.repository())
                        .run("rev-parse", FixtureDocuments.BRANCH + "^{tree}")
                        .strip());
        is(stage, observed, "clean_after", "true");
        long traced = first(stage, "traces");
        stage.require(
                traced < first(stage, "completed"),
                "the trace is sent before the result",
                stage.told(),
                Section.RESULT);
    }

    private static void is(ScenarioWorld stage, JsonNode observed, String member, String wanted) {
        JsonNode found = observed.path(member);
        String text = found.isBoolean() ? String.valueOf(found.booleanValue()) : found.asString("");
        stage.require(text.equals(wanted), "observed." + member + " " + wanted, text, Section.RESULT);
    }

    private static long first(ScenarioWorld stage, String call) {
        return stage.server().calls(call).stream()
                .mapToLong(ServerCall::began)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static void twice(ScenarioWorld stage) throws Exception {
        Files.writeString(stage.repository().resolve(GateRunner.NAME), TWICE);
        stage.commit("Name a gate twice");
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.VALIDATION));
        stage.startRunner();
        if (story.await("failed", Section.ARTIFACTS)) {
            JsonNode error = stage.server().calls("failed").get(0).json().path("error");
            stage.require(
                    error.path("category").asString("").equals("dispatch")
                            && error.path("code").asString("").equals("gate-file-unreadable")
                            && error.path("message").asString("").contains("unit"),
                    "failed with dispatch/gate-file-unreadable that names the gate",
                    error,
                    Section.ARTIFACTS);
        }
        story.awaitQuiet();
        story.requireNoEmit("with a gate file that holds a name twice");
    }

    private static void twiceBetween(ScenarioWorld stage) throws Exception {
        stage.agent((path, round) -> Files.writeString(path.resolve(GateRunner.NAME), TWICE));
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        JsonNode result = story.awaitResult();
        if (result == null) {
            return;
        }
        List<String> told = result.path("gates")
                .valueStream()
                .filter(gate -> gate.path("name").asString("").equals("unit")
                        && gate.path("phase").asString("").equals("verify"))
                .map(gate -> gate.path("status").asString(""))
                .toList();
        stage.require(
                told.equals(List.of("failed")),
                "one entry for the gate 'unit' in phase verify, failed: the worst of a name counts",
                JsonMapper.shared().valueToTree(told),
                Section.RESULT);
    }
}
