package dev.alloy.bench.service;

import dev.alloy.bench.service.Workload.Runner;
import java.util.List;
import java.util.stream.IntStream;

/** Do ten thousand runners wait on one replica with 512 MiB of heap, without a thread or a database connection each? */
final class ParkedPollsBenchmark implements ServiceBenchmark {

    private static final int POLLS = 10_000;
    private static final int WAIT_SECONDS = 50;
    private static final int HEAP_MIB = 512;
    private static final int MOST_THREADS = 300;
    private static final int MOST_DATABASE_CONNECTIONS = 20;

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx" + HEAP_MIB + "m")) {
            Workload workload = new Workload(service.port());
            workload.ensure(1);
            List<Runner> runners = workload.runners(POLLS);
            List<Connection> connections = Clients.together(8, client -> IntStream.range(0, POLLS)
                            .filter(i -> i % 8 == client)
                            .mapToObj(i -> poll(service, runners.get(i)))
                            .toList())
                    .stream()
                    .flatMap(List::stream)
                    .toList();
            long waiting = countWaiting(connections);
            double heap = service.liveHeapBytes() / (1024.0 * 1024.0);
            double threads = service.threads();
            double database = service.sql()
                    .sql(
                            "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()")
                    .query(Integer.class)
                    .single();
            connections.forEach(Connection::close);
            return List.of(
                    Figure.atLeast("polls waiting at once", waiting, "", POLLS),
                    Figure.atMost("live heap with them", heap, "MiB", HEAP_MIB),
                    Figure.atMost("threads with them", threads, "", MOST_THREADS),
                    Figure.atMost("database connections with them", database, "", MOST_DATABASE_CONNECTIONS));
        }
    }

    private static Connection poll(Service service, Runner runner) {
        Connection connection = new Connection(service.port());
        connection.send(
                "GET",
                "/api/runners/" + runner.id() + "/run-requests/next?wait_seconds=" + WAIT_SECONDS,
                runner.key(),
                null,
                null);
        return connection;
    }

    /** Counts those that still have no answer, once the last one has had its first look at the queue. */
    private static long countWaiting(List<Connection> connections) throws InterruptedException {
        Thread.sleep(5000);
        return connections.stream()
                .filter(connection -> !connection.hasAnswer())
                .count();
    }
}
