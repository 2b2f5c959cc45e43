package dev.alloy.bench.service;

import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
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
            Api another = Api.on(service.port()).as(token(other));
            String othersPath = "/api/run-requests?project_id=" + other.project();
            double before = ask(another, othersPath, MEASURED).percentile(99);

            Flood flood = new Flood(Api.on(service.port()).as(token), path, capacity * TIMES);
            Thread sender = new Thread(flood, "flood");
            sender.start();
            double during = ask(another, othersPath, FLOOD).percentile(99);
            sender.join();
            double recovery = secondsUntil(service, path, token, 0.9 * capacity);
            flood.awaitAll();

            return List.of(
                    Figure.of("capacity of one organization, lists", capacity, "answers/s"),
                    Figure.of(
                            "sent for " + FLOOD.toSeconds() + " s",
                            flood.sent / (double) FLOOD.toSeconds(),
                            "requests/s"),
                    Figure.of(
                            "answered meanwhile, share of capacity",
                            flood.answered.size() / (capacity * FLOOD.toSeconds()),
                            ""),
                    Figure.atMost("time until a request is refused, p99", percentile(flood.refused), "ms", 2_500),
                    Figure.of("requests that got neither", flood.lost.size(), ""),
                    Figure.of("another organization's list before, p99", before, "ms"),
                    Figure.atMost("another organization's list meanwhile, p99", during, "ms", 1_000),
                    Figure.atMost("until 90 % of the rate after it", recovery, "s", 10));
        }
    }

    private static String token(World world) {
        return world.token("reader", "\"view\"", "").path("token").asString();
    }

    private static double percentile(Queue<Long> nanos) {
        Times times = new Times();
        nanos.forEach(times::add);
        return nanos.isEmpty() ? 0 : times.percentile(99);
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
    private static Times ask(Api api, String path, Duration duration) {
        Times times = new Times();
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            api.get(path).expect(200);
            times.add(System.nanoTime() - start);
            LockSupport.parkNanos(BETWEEN_ASKS.toNanos());
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

    /** Sends on time, whatever comes back. */
    private static final class Flood implements Runnable {

        private final Api api;
        private final String path;
        private final double perSecond;
        private final Queue<Long> answered = new ConcurrentLinkedQueue<>();
        private final Queue<Long> refused = new ConcurrentLinkedQueue<>();
        private final Queue<Long> lost = new ConcurrentLinkedQueue<>();
        private final Semaphore open = new Semaphore(MOST_OPEN);
        private volatile int sent;

        Flood(Api api, String path, double perSecond) {
            this.api = api;
            this.path = path;
            this.perSecond = perSecond;
        }

        @Override
        public void run() {
            long begin = System.nanoTime();
            long end = begin + FLOOD.toNanos();
            for (long due = begin; due < end; due = begin + (long) (sent * 1e9 / perSecond)) {
                LockSupport.parkNanos(due - System.nanoTime());
                open.acquireUninterruptibly();
                sent++;
                long start = System.nanoTime();
                api.getLater(path).whenComplete((answer, failure) -> {
                    Queue<Long> kind = failure != null
                            ? lost
                            : answer.status() == 200
                                    ? answered
                                    : answer.status() == 429 || answer.status() == 503 ? refused : lost;
                    kind.add(System.nanoTime() - start);
                    open.release();
                });
            }
        }

        void awaitAll() throws InterruptedException {
            if (!open.tryAcquire(MOST_OPEN, 60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Some requests got no answer within a minute");
            }
        }
    }
}
