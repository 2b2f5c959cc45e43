package dev.alloy.conformance;

import dev.alloy.conformance.FoundryFaults.EmitFault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Who dies, and when. */
final class CrashScenarios {

    private static final Duration RECOVERY = Duration.ofSeconds(12);

    private CrashScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("killed-executing", "SIGKILL while Foundry works", CrashScenarios::killedExecuting),
                new Scenario(
                        "killed-before-emit", "SIGKILL between started and Emit", CrashScenarios::killedBeforeEmit),
                new Scenario("foundry-dies", "the daemon dies while it works", CrashScenarios::foundryDies),
                new Scenario("emit-answer-lost", "the answer to Emit is lost", CrashScenarios::emitAnswerLost),
                new Scenario(
                        "restored", "the server's database is put back to before the run", CrashScenarios::restored));
    }

    /** It may tell the server that it will not do it again, or leave the offer alone. */
    private static void restored(ScenarioWorld stage) throws Exception {
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        if (story.awaitResult() == null) {
            return;
        }
        story.awaitQuiet();
        long restored = System.nanoTime();
        stage.server().api().with(story.order(), run -> {
            run.forget();
            return run;
        });
        stage.server()
                .await(
                        call -> call.began() > restored
                                && call.run().equals(story.order().id())
                                && (call.is("started") || call.isResult()),
                        ScenarioSteps.LEASE_IS_OVER);
        Waiting.pause(Duration.ofSeconds(1));
        long started = stage.server().calls("started").stream()
                .filter(call -> call.began() > restored)
                .count();
        stage.require(
                started == 0,
                "no started of a run that the journal knows, when the server was restored",
                stage.told(),
                Section.NEVER);
        story.requireOneEmit("of a run that the server forgot");
        boolean claimed = stage.server().calls("completed").stream().anyMatch(call -> call.began() > restored);
        stage.require(!claimed, "no success of an attempt that was not begun", stage.told(), Section.NEVER);
    }

    private static void killedExecuting(ScenarioWorld stage) throws Exception {
        stage.foundry().faults().hold();
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        RunnerProcess first = stage.startRunner();
        if (!story.awaitEmit()) {
            return;
        }
        Waiting.pause(Duration.ofMillis(300));
        first.kill();
        stage.startRunner();
        story.result(RECOVERY);
        story.requireNoSuccess("while Foundry is still at work");
        stage.foundry().faults().release();
        story.result(ScenarioSteps.LEASE_IS_OVER);
        Waiting.pause(Duration.ofSeconds(1));
        story.requireOneEmit("of a mutating run, whichever side dies");
    }

    private static void killedBeforeEmit(ScenarioWorld stage) throws Exception {
        CountDownLatch marked = new CountDownLatch(1);
        CountDownLatch dead = new CountDownLatch(1);
        stage.server().onCall(call -> {
            if (call.is("started") && dead.getCount() > 0) {
                marked.countDown();
                awaitQuietly(dead);
            }
        });
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        RunnerProcess first = stage.startRunner();
        boolean came = marked.await(stage.patience().toMillis(), TimeUnit.MILLISECONDS);
        first.kill();
        dead.countDown();
        if (!stage.require(came, "a call of started", stage.told(), Section.CALLS)) {
            return;
        }
        stage.startRunner();
        story.result(ScenarioSteps.LEASE_IS_OVER);
        Waiting.pause(Duration.ofSeconds(1));
        story.requireAtMostOneEmit("of a mutating run, whichever side dies");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void foundryDies(ScenarioWorld stage) throws Exception {
        stage.foundry().faults().hold();
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        if (!story.awaitEmit()) {
            return;
        }
        Waiting.pause(Duration.ofMillis(300));
        stage.foundry().crash();
        Waiting.pause(Duration.ofMillis(700));
        stage.foundry().restart();
        stage.foundry().faults().release();
        story.result(ScenarioSteps.LEASE_IS_OVER);
        story.requireOneEmit("although the daemon forgot it");
        story.requireNoSuccess("of a run whose outcome is unknown");
    }

    private static void emitAnswerLost(ScenarioWorld stage) throws Exception {
        stage.foundry().faults().nextEmit(EmitFault.ANSWER_LOST);
        ScenarioSteps story = new ScenarioSteps(stage, stage.queue(RequestFixture.Kind.ITERATION));
        stage.startRunner();
        if (story.awaitEmit()) {
            story.result(ScenarioSteps.LEASE_IS_OVER);
            story.requireOneEmit("when its answer was lost: Foundry does not notice repetitions");
        }
    }
}
