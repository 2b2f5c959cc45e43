package dev.alloy.conformance;

import java.time.Duration;
import java.util.List;

/** Losing the right to go on, and being told to stop. */
final class LeaseScenarios {

    private static final Duration OUTAGE = Duration.ofSeconds(FakeRun.LEASE_SECONDS + 1);

    private LeaseScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("lease-lost", "the lease is gone before Foundry was told", LeaseScenarios::lost),
                new Scenario(
                        "self-abort",
                        "after accepted the server is away longer than self_abort_seconds",
                        LeaseScenarios::selfAbort),
                new Scenario("cancel-before-start", "the run is cancelled before started", LeaseScenarios::cancelEarly),
                new Scenario(
                        "cancel-executing", "the run is cancelled while Foundry works", LeaseScenarios::cancelLate));
    }

    private static void lost(ScenarioWorld stage) throws Exception {
        RequestFixture order = stage.order(RequestFixture.Kind.ITERATION);
        stage.server().onCall(call -> {
            if (call.is("accepted")) {
                stage.server().api().with(order, run -> {
                    run.refuseLeases("lease-superseded");
                    run.withhold();
                    return run;
                });
            }
        });
        stage.queue(order);
        ScenarioSteps story = new ScenarioSteps(stage, order);
        stage.startRunner();
        if (story.await("accepted", Section.CALLS)) {
            stage.server().await(call -> call.problem().equals("lease-superseded"), stage.patience());
            story.awaitQuiet();
            story.requireNoEmit("without a lease that holds");
        }
    }

    private static void selfAbort(ScenarioWorld stage) throws Exception {
        RequestFixture order = stage.order(RequestFixture.Kind.ITERATION);
        stage.server().onCall(call -> {
            if (call.is("accepted")) {
                stage.server().goDark();
                stage.server().api().with(order, run -> {
                    run.withhold();
                    return run;
                });
            }
        });
        stage.queue(order);
        ScenarioSteps story = new ScenarioSteps(stage, order);
        stage.startRunner();
        if (!story.await("accepted", Section.CALLS)) {
            return;
        }
        Waiting.pause(OUTAGE);
        stage.server().onCall(call -> {});
        stage.server().comeBack();
        story.awaitQuiet();
        stage.require(
                stage.server().calls("started").isEmpty(),
                "no started when the lease could not be renewed for self_abort_seconds",
                stage.told(),
                Section.LEASE);
        story.requireNoEmit("when the lease could not be renewed for self_abort_seconds");
    }

    private static void cancelEarly(ScenarioWorld stage) throws Exception {
        RequestFixture order = stage.order(RequestFixture.Kind.ITERATION);
        stage.server().onCall(call -> {
            if (call.is("accepted")) {
                stage.server().api().with(order, run -> {
                    run.cancel();
                    return run;
                });
            }
        });
        stage.queue(order);
        ScenarioSteps story = new ScenarioSteps(stage, order);
        stage.startRunner();
        if (story.await("accepted", Section.CALLS)) {
            story.awaitQuiet();
            story.requireNoEmit("of a run that was cancelled");
        }
    }

    private static void cancelLate(ScenarioWorld stage) throws Exception {
        stage.foundry().faults().hold();
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        if (!story.awaitEmit()) {
            return;
        }
        long called = System.nanoTime();
        stage.server().api().with(story.order(), run -> {
            run.cancel();
            return run;
        });
        story.await(
                call -> call.is("heartbeat") && call.began() > called, "a heartbeat, which says cancel", Section.LEASE);
        Waiting.pause(Duration.ofSeconds(1));
        stage.foundry().faults().release();
        if (story.awaitResult() != null) {
            story.awaitQuiet();
            story.requireOneEmit("of a run that was cancelled");
            stage.require(
                    stage.server().calls().stream()
                                    .filter(call -> call.isResult() && call.status() == 200)
                                    .count()
                            == 1,
                    "the run ends once, by the runner's own word",
                    stage.told(),
                    Section.LEASE);
        }
    }
}
