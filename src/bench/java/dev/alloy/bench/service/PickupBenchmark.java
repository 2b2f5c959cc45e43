package dev.alloy.bench.service;

import dev.alloy.bench.service.Connection.Reply;
import dev.alloy.bench.service.Workload.Runner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * How long after a request for a run was sent does a waiting runner have the offer? With one runner waiting, and with 2,000 of the same
 * project.
 */
final class PickupBenchmark implements ServiceBenchmark {

    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final int SAMPLES = 500;
    private static final int MANY = 2000;
    private static final int PATIENCE_SECONDS = 30;
    private static final int SETTLE_MILLIS = 15;
    private static final int PACE_MILLIS = 5;
    private static final int REFUSED_MILLIS = 1000;

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx1g");
                Load load = new Load(service, 8)) {
            load.cycles(WARM_UP);
            Times one = new Waiting(service, load, 1).measure();
            Times many = new Waiting(service, load, MANY).measure();
            return List.of(
                    Figure.atMost("pickup by one waiting runner, p50", one.percentile(50), "ms", 3),
                    Figure.atMost("pickup by one waiting runner, p99", one.percentile(99), "ms", 8),
                    Figure.atMost("pickup with " + MANY + " waiting runners, p50", many.percentile(50), "ms", 6),
                    Figure.atMost("pickup with " + MANY + " waiting runners, p99", many.percentile(99), "ms", 16),
                    Figure.atMost(
                            "pickup with " + MANY + " waiting runners, as a multiple of that by one, p50",
                            many.percentile(50) / one.percentile(50),
                            "",
                            2));
        }
    }

    /** Runners that wait, each on a connection and a thread of its own on this side. */
    private static final class Waiting {

        private record Taken(Runner runner, Connection connection, Reply offer, long nanos) {}

        private final Service service;
        private final Load load;
        private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
        private final List<Runner> runners;
        private volatile boolean over;

        Waiting(Service service, Load load, int count) {
            this.service = service;
            this.load = load;
            this.runners = load.workload().runners(count);
        }

        Times measure() throws InterruptedException {
            load.workload().ensure(SAMPLES);
            List<Connection> connections = new ArrayList<>();
            for (Runner runner : runners) {
                Connection connection = new Connection(service.port());
                connections.add(connection);
                park(runner, connection);
                // No faster than it answers; it refuses who would wait too long for their turn.
                Thread.sleep(PACE_MILLIS);
            }
            Thread.sleep(2 * REFUSED_MILLIS);
            Times times = new Times();
            try (Connection person = new Connection(service.port())) {
                for (int i = 0; i < SAMPLES; i++) {
                    times.add(once(person));
                }
                // A newer poll ends the older one; else an offer would be made to a runner that is gone.
                over = true;
                for (Runner runner : runners) {
                    person.get(next(runner, 0), runner.key());
                }
            }
            connections.forEach(Connection::close);
            return times;
        }

        private long once(Connection person) throws InterruptedException {
            long sent = System.nanoTime();
            load.cycle().create(person, load.workload().next());
            Taken first = taken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (first == null) {
                throw new IllegalStateException("No runner was offered the run.");
            }
            load.cycle().finish(first.connection(), first.runner(), first.offer());
            park(first.runner(), first.connection());
            Thread.sleep(SETTLE_MILLIS);
            return first.nanos() - sent;
        }

        private void park(Runner runner, Connection connection) {
            Thread thread = new Thread(null, () -> await(runner, connection), "runner", 128 * 1024L);
            thread.setDaemon(true);
            thread.start();
        }

        private static String next(Runner runner, int waitSeconds) {
            return "/api/runners/" + runner.id() + "/run-requests/next?wait_seconds=" + waitSeconds;
        }

        private void await(Runner runner, Connection connection) {
            try {
                while (!over) {
                    Reply reply = connection.get(next(runner, 50), runner.key());
                    if (reply.status() == 200) {
                        taken.add(new Taken(runner, connection, reply, System.nanoTime()));
                        return;
                    }
                    if (reply.status() != 204) {
                        Thread.sleep(REFUSED_MILLIS);
                    }
                }
            } catch (java.io.UncheckedIOException | InterruptedException e) {
                // The measurement is over and has closed the connection.
            }
        }
    }
}
