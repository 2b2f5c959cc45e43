package dev.alloy.bench.service;

import dev.alloy.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * One organization sends four times what the service can answer. How soon is told no who is not served, how long does another organization wait
 * meanwhile, and when is all as before?
 */
final class OverloadBenchmark implements ServiceBenchmark {

    private static final int CLIENTS = 8;
    private static final int TIMES = 4;

    /** What the client itself can have open. */
    private static final int MOST_OPEN = 8_000;

    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration MEASURED = Duration.ofSeconds(10);
    private static final Duration FLOOD = Duration.ofSeconds(15);
    private static final Duration BETWEEN_ASKS = Duration.ofMillis(50);
    private static final long LONGEST_RECOVERY = 60;

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx512m")) {
            World noisy = World.on(service.port());
            World other = World.on(service.port());
            noisy.startedRun().complete();
            other.startedRun().complete();
            String path = "/api/run-requests?project_id=" + noisy.project();
            String token = token(noisy);
            rate(service, path, token, WARM_UP);
            double capacity = rate(service, path, token, MEASURED);
            String anothers = token(other);
            String othersPath = "/api/run-requests?project_id=" + other.project();
            double before = ask(service, othersPath, anothers, MEASURED).percentile(99);

            Flood flood = new Flood(service.port(), path, token, capacity * TIMES, FLOOD, MOST_OPEN);
            Thread sender = new Thread(flood, "flood");
            sender.start();
            double during = ask(service, othersPath, anothers, FLOOD).percentile(99);
            int inTime = flood.answered();
            double recovery = secondsUntil(service, path, token, 0.9 * capacity);
            sender.join();

            return List.of(
                    Figure.of("capacity of one organization, lists", capacity, "answers/s"),
                    Figure.of(
                            "sent for " + FLOOD.toSeconds() + " s",
                            flood.sent() / (double) FLOOD.toSeconds(),
                            "requests/s"),
                    Figure.of("answered meanwhile, share of capacity", inTime / (capacity * FLOOD.toSeconds()), ""),
                    Figure.atMost(
                            "time until a request is refused, p99",
                            flood.refusals().percentile(99),
                            "ms",
                            2_500),
                    Figure.of("requests that got neither", flood.lost(), ""),
                    Figure.of("another organization's list before, p99", before, "ms"),
                    Figure.atMost("another organization's list meanwhile, p99", during, "ms", 1_000),
                    Figure.atMost("until 90 % of the rate after it", recovery, "s", 10));
        }
    }

    private static String token(World world) {
        return world.token("reader", "\"view\"", "").path("token").asString();
    }

    private static double rate(Service service, String path, String token, Duration duration)
            throws InterruptedException {
        List<Connection> connections = IntStream.range(0, CLIENTS)
                .mapToObj(i -> new Connection(service.port()))
                .toList();
        try {
            return Clients.perSecond(
                    CLIENTS,
                    duration,
                    client -> connections.get(client).get(path, token).expect(200));
        } finally {
            connections.forEach(Connection::close);
        }
    }

    /** One who asks now and then. */
    private static Times ask(Service service, String path, String token, Duration duration) {
        Times times = new Times();
        long end = System.nanoTime() + duration.toNanos();
        try (Connection connection = new Connection(service.port())) {
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                connection.get(path, token).expect(200);
                times.add(System.nanoTime() - start);
                LockSupport.parkNanos(BETWEEN_ASKS.toNanos());
            }
        }
        return times;
    }

    private static double secondsUntil(Service service, String path, String token, double wanted)
            throws InterruptedException {
        long start = System.nanoTime();
        for (int second = 1; second < LONGEST_RECOVERY; second++) {
            if (rateOfPatient(service, path, token) >= wanted) {
                break;
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** For a second, of clients that are told to come back at times. */
    private static double rateOfPatient(Service service, String path, String token) throws InterruptedException {
        List<Long> answered = Clients.together(CLIENTS, client -> {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            long count = 0;
            try (Connection connection = new Connection(service.port())) {
                while (System.nanoTime() < end) {
                    count += connection.get(path, token).status() == 200 ? 1 : 0;
                }
            }
            return count;
        });
        return answered.stream().mapToLong(Long::longValue).sum();
    }
}
