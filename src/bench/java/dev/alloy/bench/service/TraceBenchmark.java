package dev.alloy.bench.service;

import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TraceFile;
import dev.alloy.testing.World;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/** Does a trace of 50 MiB pass through the service without being in its memory? */
final class TraceBenchmark implements ServiceBenchmark {

    private static final int SIZE = 50 << 20;
    private static final int ROUNDS = 5;
    private static final double MIB = 1024.0 * 1024.0;

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx512m")) {
            World world = World.on(service.port());
            JsonNode run = world.queuedRun();
            String traceId = world.firstRunner().offered(run).path("trace_id").asString();
            RunnerClient.Lease lease =
                    world.firstRunner().acceptOffered(run, "{}").start();
            String path = RunnerClient.path(run) + "/traces?trace_format=foundry.process_result";
            byte[] warmUp = trace(traceId, world.project(), 20 << 20, 0);
            lease.api().send("POST", path, warmUp, "application/json").expect(201);

            long before = service.liveHeapBytes();
            long most = before;
            Times times = new Times();
            for (int round = 1; round <= ROUNDS; round++) {
                byte[] bytes = trace(traceId, world.project(), SIZE, round);
                AtomicBoolean done = new AtomicBoolean();
                CompletableFuture<Api.Answer> answer = CompletableFuture.supplyAsync(() -> {
                    long start = System.nanoTime();
                    Api.Answer taken = lease.api().send("POST", path, bytes, "application/json");
                    times.add(System.nanoTime() - start);
                    done.set(true);
                    return taken;
                });
                while (!done.get()) {
                    most = Math.max(most, service.liveHeapBytes());
                }
                answer.join().expect(201);
            }
            long after = service.liveHeapBytes();
            return List.of(
                    Figure.atMost(
                            "live heap more while a trace of " + SIZE / (1 << 20) + " MiB comes in",
                            (most - before) / MIB,
                            "MiB",
                            32),
                    Figure.of("live heap more afterwards", (after - before) / MIB, "MiB"),
                    Figure.of(
                            "median time to take it, with collections forced all the while",
                            times.percentile(50),
                            "ms"));
        }
    }

    /** A trace with long outputs and many events, whose ids are all right. */
    private static byte[] trace(String traceId, String project, int size, int round) {
        TraceFile file = TraceFile.ofDryRun(traceId, project);
        for (int i = 0; i < 5_000; i++) {
            file.event(
                    "retry_requested",
                    "{\"failure_context\":\"" + "f".repeat(1_000) + "\",\"retry_count\":" + i % 3 + "}");
        }
        String text = file.text();
        String output = "\"raw_output\" : \"" + round + " " + "o".repeat((size - text.length()) / 2 - 40) + "\"";
        return text.replace("\"raw_output\" : null", output).getBytes(StandardCharsets.UTF_8);
    }
}
