package dev.alloy.bench.service;

import dev.alloy.testing.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Are pages of lists and audit answers quick when a million runs lie there? */
final class ReadingBenchmark implements ServiceBenchmark {

    private static final int WARM_UP = 1_500;
    private static final int MEASURED = 1_000;
    private static final int FEW = 20;
    private static final double GOAL_MILLIS = 20;

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx1g");
                Load load = new Load(service, 8)) {
            load.cycles(Duration.ofSeconds(20));
            History.finish(service.sql());
            List<String> runs = service.sql()
                    .sql("select run_request_id from foundry_run_results order by id limit 1000")
                    .query(String.class)
                    .list();
            String project = load.workload().project();
            List<Figure> figures = new ArrayList<>();
            try (Connection connection = new Connection(service.port())) {
                figures.add(figure(
                        connection, "audit answer", i -> "/api/run-requests/" + runs.get(i % runs.size()) + "/audit"));
                figures.add(figure(
                        connection,
                        "evidence of a run",
                        i -> "/api/run-requests/" + runs.get(i % runs.size()) + "/evidence"));
                figures.add(figure(connection, "page of 50 runs", i -> "/api/run-requests?project_id=" + project));
                // No index serves this one: a name that few runs have is looked for among all of them.
                figures.add(figure(
                        connection,
                        "page of runs of somebody who requested one",
                        i -> "/api/run-requests?requested_by=past-" + (1 + i * 997),
                        FEW));
                figures.add(figure(
                        connection,
                        "page of lost runs, of which there are none",
                        i -> "/api/run-requests?status=lost"));
                figures.add(figure(connection, "page of 50 audit events", i -> "/api/audit-events"));
            }
            return figures;
        }
    }

    private static Figure figure(Connection connection, String what, IntFunction<String> path) {
        return figure(connection, what, path, MEASURED);
    }

    private static Figure figure(Connection connection, String what, IntFunction<String> path, int measured) {
        for (int i = 0; i < Math.min(WARM_UP, measured * 2); i++) {
            connection.get(path.apply(i), Api.BOOTSTRAP_TOKEN).expect(200);
        }
        Times times = new Times();
        for (int i = 0; i < measured; i++) {
            long start = System.nanoTime();
            connection.get(path.apply(i), Api.BOOTSTRAP_TOKEN).expect(200);
            times.add(System.nanoTime() - start);
        }
        return Figure.atMost(what + " at " + History.RUNS + " runs, p99", times.percentile(99), "ms", GOAL_MILLIS);
    }
}
