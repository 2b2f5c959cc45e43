package dev.alloy.conformance;

import dev.alloy.contract.foundry.EventIds;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What holds in every scenario, whatever the story. */
final class ScenarioRules {

    private final ScenarioWorld stage;
    private final List<ServerCall> calls;

    ScenarioRules(ScenarioWorld stage) {
        this.stage = stage;
        this.calls = stage.server().calls();
    }

    void check() {
        bodiesAreValid();
        stage.foundry().emits().forEach(this::emitsWhatWasOrdered);
        stage.orders().forEach(this::emitsOncePerAttempt);
        stage.orders().forEach(this::saysOneThing);
    }

    private void bodiesAreValid() {
        calls.stream()
                .filter(call -> call.status() == 400 || call.status() == 422 || call.status() == 404)
                .findFirst()
                .ifPresent(call -> stage.require(
                        false, "calls that the server can read", call.told() + " " + reason(call), Section.CALLS));
        calls.stream()
                .filter(call -> call.status() == 403)
                .findFirst()
                .ifPresent(call -> stage.require(
                        false,
                        "Alloy-Lease with the attempt's token on every call after accepted",
                        call.told(),
                        Section.CALLS));
    }

    private static String reason(ServerCall call) {
        try {
            CallBody.read(call.name(), call.run().isEmpty(), call.body());
            return "";
        } catch (ProblemReply e) {
            String message = String.valueOf(e.getMessage());
            return message.length() > 400 ? message.substring(0, 400) : message;
        }
    }

    private void emitsWhatWasOrdered(EmitCall emitted) {
        Optional<RequestFixture> order = stage.orders().stream()
                .filter(one -> hasAttempt(one, emitted.traceId()))
                .findFirst();
        if (!stage.require(
                order.isPresent(),
                "Emit with the trace id of the execution request",
                emitted.eventType() + " with trace id '" + emitted.traceId() + "'",
                Section.FOUNDRY)) {
            return;
        }
        RequestFixture of = order.get();
        int throttle = of.throttle().equals("full") ? 0 : of.throttle().equals("audit_only") ? 1 : 2;
        stage.require(
                emitted.throttle() == throttle,
                "Emit at " + of.throttle() + ", which is " + throttle,
                emitted.throttle(),
                Section.FOUNDRY);
        stage.require(
                emitted.eventType().equals(of.entryEvent())
                        && emitted.project().equals(of.project())
                        && isPayload(emitted.payload(), of.payload()),
                "the ordered event, project and payload",
                emitted.eventType() + " " + emitted.project() + " " + emitted.payload(),
                Section.CALLS);
        boolean marked = calls.stream()
                .anyMatch(call -> call.is("started")
                        && call.run().equals(of.id())
                        && call.status() == 200
                        && call.began() < emitted.nanoTime());
        stage.require(marked, "started is answered before Foundry is told anything", stage.told(), Section.NEVER);
    }

    private boolean hasAttempt(RequestFixture order, String traceId) {
        return stage.server().api().with(order, run -> run.attempts().stream()
                .anyMatch(attempt -> attempt.traceId().equals(traceId)));
    }

    private static boolean isPayload(String sent, JsonNode ordered) {
        try {
            return EventIds.compact(EventChain.payload(sent)).equals(EventIds.compact(ordered));
        } catch (JacksonException e) {
            return false;
        }
    }

    private void emitsOncePerAttempt(RequestFixture order) {
        for (FakeRun.Attempt attempt : stage.server().api().with(order, run -> List.copyOf(run.attempts()))) {
            long emits = stage.foundry().emits().stream()
                    .filter(emitted -> emitted.traceId().equals(attempt.traceId()))
                    .count();
            stage.require(emits <= 1, "an attempt is emitted at most once", emits + " Emits", Section.NEVER);
        }
    }

    private void saysOneThing(RequestFixture order) {
        List<ServerCall> results = calls.stream()
                .filter(call -> call.isResult() && call.run().equals(order.id()))
                .toList();
        boolean same = results.stream()
                .filter(call -> call.lease() != null
                        && call.lease().equals(results.get(0).lease()))
                .allMatch(call -> Arrays.equals(call.body(), results.get(0).body()));
        stage.require(same, "a result that is repeated has the same bytes", "other bytes", Section.RESULT);
        results.forEach(call -> {
            String status = call.json().path("status").asString("");
            boolean emitted = stage.foundry().emits().stream()
                    .anyMatch(one -> hasAttempt(order, one.traceId()) && one.nanoTime() < call.began());
            stage.require(
                    emitted || !status.startsWith("completed"),
                    "no success without an Emit",
                    "status " + status + " before any Emit",
                    Section.RESULT);
        });
    }
}
