package dev.alloy.conformance;

import java.time.Duration;
import java.util.List;

/** Getting the word through, and leaving in order. */
final class ReportScenarios {

    private static final Duration OUTAGE = Duration.ofMillis(2500);

    private ReportScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("duplicate-completion", "answers to the result are lost", ReportScenarios::duplicate),
                new Scenario("server-restart", "the server is away while Foundry works", ReportScenarios::restart),
                new Scenario("drain", "SIGTERM while Foundry works", ReportScenarios::drain));
    }

    private static void duplicate(ScenarioWorld stage) throws Exception {
        for (String call : List.of("completed", "failed")) {
            stage.server().prepare(new InjectedFault(call, InjectedFault.Kind.ANSWER_CUT));
            stage.server().prepare(new InjectedFault(call, InjectedFault.Kind.UNAVAILABLE));
        }
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        if (story.awaitResult() == null) {
            return;
        }
        int told = (int)
                stage.server().calls().stream().filter(ServerCall::isResult).count();
        stage.require(told >= 3, "the result is repeated until it is answered", told + " calls", Section.RESULT);
        story.awaitQuiet();
        int later = (int)
                stage.server().calls().stream().filter(ServerCall::isResult).count();
        stage.require(later == told, "nothing is repeated once it is answered", later + " calls", Section.RESULT);
        story.requireOneEmit("however often the result is told");
    }

    private static void restart(ScenarioWorld stage) throws Exception {
        stage.foundry().faults().hold();
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        if (!story.awaitEmit()) {
            return;
        }
        stage.server().goDark();
        Waiting.pause(OUTAGE);
        stage.server().comeBack();
        stage.foundry().faults().release();
        if (story.awaitResult() != null) {
            story.awaitQuiet();
            story.requireOneEmit("although the server was away");
        }
    }

    private static void drain(ScenarioWorld stage) throws Exception {
        stage.foundry().faults().hold();
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        RunnerProcess runner = stage.startRunner();
        if (!story.awaitEmit()) {
            return;
        }
        runner.terminate();
        long told = System.nanoTime();
        Waiting.pause(Duration.ofSeconds(1));
        RequestFixture second = stage.queue(RequestFixture.Kind.VALIDATION);
        Waiting.pause(Duration.ofSeconds(1));
        stage.foundry().faults().release();
        story.awaitResult();
        var exit = runner.awaitExit(stage.patience());
        stage.require(exit.isPresent(), "to exit when what was begun is reported", "it goes on", Section.LEASE);
        stage.require(
                stage.server().calls("accepted").stream()
                        .noneMatch(call -> call.run().equals(second.id())),
                "nothing is accepted after SIGTERM",
                stage.told(),
                Section.LEASE);
        long polls = stage.server().calls("next").stream()
                .filter(call -> call.began() - told > Duration.ofSeconds(1).toNanos())
                .count();
        stage.require(polls == 0, "no poll after SIGTERM", polls + " polls", Section.LEASE);
        story.requireOneEmit("also when the runner is told to stop");
    }
}
