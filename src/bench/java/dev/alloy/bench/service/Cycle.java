package dev.alloy.bench.service;

import dev.alloy.bench.service.Connection.Reply;
import dev.alloy.bench.service.Workload.Order;
import dev.alloy.bench.service.Workload.Runner;
import dev.alloy.testing.World;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** A run from its request to its kept result, five calls: as a person and as a runner, each with its own credential. */
final class Cycle {

    private static final int RESULT_BYTES = 4096;

    private final String project;
    private final String result;

    Cycle(String project) {
        this.project = project;
        this.result = result();
    }

    private static String result() {
        ObjectNode result = World.example("run-result");
        result.put("run_request_id", "{run}");
        result.put("brief_id", "{brief}");
        result.put("brief_digest", "{digest}");
        result.put("project_id", "{project}");
        ObjectNode gate = (ObjectNode) result.path("gates").path(1);
        StringBuilder details = new StringBuilder(gate.path("details").asString());
        for (int line = 1; result.toString().length() + details.length() < RESULT_BYTES; line++) {
            details.append("\nsrc/checkout/View")
                    .append(line * 7919)
                    .append(".java imports vendor.sdk.Payment")
                    .append(line * 104_729);
        }
        gate.put("details", details.toString());
        return result.toString();
    }

    /** Asks for a run. */
    Reply create(Connection connection, Order order) {
        return connection
                .post("/api/projects/" + project + "/run-requests", order.token(), null, order.body())
                .expect(201);
    }

    /** Takes whatever run is next and brings it to its end. */
    void execute(Connection connection, Runner runner) {
        finish(connection, runner, next(connection, runner), new CallTimes());
    }

    /** Brings an offered run to its end. */
    void finish(Connection connection, Runner runner, Reply offer) {
        finish(connection, runner, offer, new CallTimes());
    }

    /** All five calls, each timed. */
    void whole(Connection connection, Runner runner, Order order, CallTimes times) {
        timed(times, "create", () -> create(connection, order));
        Reply offer = timed(times, "next", () -> next(connection, runner));
        finish(connection, runner, offer, times);
    }

    private static Reply next(Connection connection, Runner runner) {
        return connection
                .get("/api/runners/" + runner.id() + "/run-requests/next?wait_seconds=10", runner.key())
                .expect(200);
    }

    private void finish(Connection connection, Runner runner, Reply offer, CallTimes times) {
        String path = "/api/run-requests/" + offer.text("request_id");
        String lease = timed(times, "accepted", () -> connection
                        .post(path + "/accepted", runner.key(), null, "{}")
                        .expect(200))
                .text("lease_token");
        String started = "{\"repo_revision_before\":\"" + World.REVISION + "\"}";
        timed(times, "started", () -> connection
                .post(path + "/started", runner.key(), lease, started)
                .expect(200));
        String result = resultOf(offer);
        timed(times, "completed", () -> connection
                .post(path + "/completed", runner.key(), lease, result)
                .expect(200));
    }

    private static Reply timed(CallTimes times, String call, Supplier<Reply> made) {
        long before = System.nanoTime();
        Reply reply = made.get();
        times.add(call, System.nanoTime() - before);
        return reply;
    }

    private String resultOf(Reply offer) {
        int brief = offer.body().indexOf("\"brief\":{");
        Reply part = new Reply(200, offer.body().substring(brief));
        return result.replace("{run}", offer.text("request_id"))
                .replace("{brief}", part.text("id"))
                .replace("{digest}", part.text("digest"))
                .replace("{project}", project);
    }
}
