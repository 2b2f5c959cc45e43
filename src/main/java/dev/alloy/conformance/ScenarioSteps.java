package dev.alloy.conformance;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The steps that stories are made of. */
final class ScenarioSteps {

    /** Longer than any lease here. */
    static final Duration LEASE_IS_OVER = Duration.ofSeconds(FakeRun.LEASE_SECONDS + 1);

    private static final Duration QUIET = Duration.ofMillis(1500);

    private final ScenarioWorld stage;
    private final RequestFixture order;

    ScenarioSteps(ScenarioWorld stage, RequestFixture order) {
        this.stage = stage;
        this.order = order;
    }

    RequestFixture order() {
        return order;
    }

    private Predicate<ServerCall> call(String name) {
        return call -> call.is(name) && call.run().equals(order.id());
    }

    /** Waits for a call about the run; complains when it does not come. */
    boolean await(String name, String section) throws InterruptedException {
        return await(call(name), "a call of " + name, section);
    }

    boolean await(Predicate<ServerCall> wanted, String asked, String section) throws InterruptedException {
        return stage.require(stage.await(wanted), asked, stage.told(), section);
    }

    boolean awaitEmit() throws InterruptedException {
        return stage.require(stage.foundry().awaitEmits(1, stage.patience()), "an Emit", stage.told(), Section.CALLS);
    }

    /** Waits for a result that was taken; complains when none comes. */
    @Nullable
    JsonNode awaitResult() throws InterruptedException {
        boolean came = await(
                call -> call.isResult() && call.run().equals(order.id()) && call.status() == 200,
                "a result",
                Section.RESULT);
        return came ? result().orElseThrow() : null;
    }

    /** Waits for a result, and for none beyond this time. */
    Optional<JsonNode> result(Duration patience) throws InterruptedException {
        stage.server()
                .await(call -> call.isResult() && call.run().equals(order.id()) && call.status() == 200, patience);
        return result();
    }

    Optional<JsonNode> result() {
        return stage.server().calls().stream()
                .filter(call -> call.isResult() && call.run().equals(order.id()) && call.status() == 200)
                .findFirst()
                .map(ServerCall::json);
    }

    /** Waits until the runner turned to other work, and a little longer. */
    void awaitQuiet() throws InterruptedException {
        long now = System.nanoTime();
        stage.server().await(call -> call.is("next") && call.began() > now, LEASE_IS_OVER);
        Waiting.pause(QUIET);
    }

    void requireNoEmit(String because) {
        stage.require(stage.foundry().emits().isEmpty(), "no Emit " + because, stage.told(), Section.NEVER);
    }

    void requireOneEmit(String because) {
        int emits = stage.foundry().emits().size();
        stage.require(emits == 1, "one Emit " + because, emits + " Emits", Section.NEVER);
    }

    void requireAtMostOneEmit(String because) {
        int emits = stage.foundry().emits().size();
        stage.require(emits <= 1, "at most one Emit " + because, emits + " Emits", Section.NEVER);
    }

    void requireNoSuccess(String because) {
        result().ifPresent(result -> {
            String status = result.path("status").asString("");
            stage.require(
                    !status.startsWith("completed"), "no success " + because, "status " + status, Section.RECOVERY);
        });
    }
}
