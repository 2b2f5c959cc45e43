package dev.alloy.conformance;

import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** What has to work when little goes wrong. */
final class OrdinaryScenarios {

    private OrdinaryScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "read-only-run", "a validation, from the offer to the result", OrdinaryScenarios::readOnly),
                new Scenario(
                        "offer-replayed", "the answer with the offer breaks off", OrdinaryScenarios::offerReplayed),
                new Scenario("accept-lost", "the answer to accepted is lost", OrdinaryScenarios::acceptLost),
                new Scenario("wrong-key", "the server does not know the key", OrdinaryScenarios::wrongKey));
    }

    private static void readOnly(ScenarioWorld stage) throws Exception {
        stage.foundry().faults().hold();
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.VALIDATION));
        stage.startRunner();
        if (!story.awaitEmit()) {
            return;
        }
        long emitted = System.nanoTime();
        Waiting.until(stage.patience(), () -> heartbeatsSince(stage, emitted), count -> count >= 2);
        stage.require(
                heartbeatsSince(stage, emitted) >= 2,
                "heartbeats every heartbeat_seconds while Foundry works",
                heartbeatsSince(stage, emitted) + " heartbeats",
                Section.LEASE);
        stage.foundry().faults().release();
        JsonNode result = story.awaitResult();
        if (result == null) {
            return;
        }
        checkOrder(stage, story);
        new ResultCheck(stage, story.order(), result).check();
        story.await(
                call -> call.is("traces") || call.is("trace-summary"),
                "the trace, or a summary where it cannot be sent",
                Section.RESULT);
        story.awaitQuiet();
        stage.require(
                stage.server().calls().stream().filter(ServerCall::isResult).count() == 1,
                "one result",
                stage.told(),
                Section.RESULT);
    }

    private static long heartbeatsSince(ScenarioWorld stage, long moment) {
        return stage.server().calls("heartbeat").stream()
                .filter(call -> call.status() == 200 && call.began() > moment)
                .filter(call ->
                        !call.run().isEmpty() || !call.json().path("leases").isEmpty())
                .count();
    }

    private static void checkOrder(ScenarioWorld stage, ScenarioSteps story) {
        List<ServerCall> calls = stage.server().calls();
        long started = first(calls, call -> call.is("started"));
        stage.require(
                first(calls, call -> call.is("accepted")) < started,
                "accepted before started",
                stage.told(),
                Section.CALLS);
        for (RequestFixture.Artifact artifact : story.order().artifacts().values()) {
            stage.require(
                    first(calls, call -> call.path().contains(artifact.id())) < started,
                    "the " + artifact.kind() + " is fetched and verified before started",
                    stage.told(),
                    Section.ARTIFACTS);
        }
    }

    private static long first(List<ServerCall> calls, Predicate<ServerCall> wanted) {
        return calls.stream()
                .filter(wanted)
                .mapToLong(ServerCall::began)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static void offerReplayed(ScenarioWorld stage) throws Exception {
        stage.server().prepare(new InjectedFault("next", InjectedFault.Kind.ANSWER_CUT));
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        if (story.awaitResult() != null) {
            story.awaitQuiet();
            story.requireOneEmit("for an offer that came twice");
        }
    }

    private static void acceptLost(ScenarioWorld stage) throws Exception {
        stage.server().prepare(new InjectedFault("accepted", InjectedFault.Kind.ANSWER_CUT));
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        if (!story.await(call -> call.is("accepted") && call.status() == 200, "accepted again", Section.JOURNAL)) {
            return;
        }
        List<JsonNode> claims = stage.server().calls("accepted").stream()
                .map(call -> call.json().path("claim"))
                .toList();
        stage.require(
                claims.stream().allMatch(claim -> claim.isString() && claim.equals(claims.get(0))),
                "the same claim in every repetition of accepted",
                claims,
                Section.JOURNAL);
        if (story.awaitResult() != null) {
            story.requireOneEmit("for one attempt");
        }
    }

    private static void wrongKey(ScenarioWorld stage) throws Exception {
        stage.server().forgetKey();
        stage.queue(RequestFixture.Kind.VALIDATION);
        RunnerProcess runner = stage.startRunner();
        var exit = runner.awaitExit(stage.patience());
        stage.require(
                exit.isPresent() && exit.getAsInt() != 0,
                "to exit, and not with 0, when the key is not known",
                exit.isPresent() ? "exit code " + exit.getAsInt() : "it goes on",
                Section.KEY);
        int calls = stage.server().calls().size();
        stage.require(calls >= 1 && calls <= 5, "few calls with a key that is refused", calls + " calls", Section.KEY);
    }
}
