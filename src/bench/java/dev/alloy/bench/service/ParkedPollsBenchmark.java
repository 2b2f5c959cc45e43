package dev.alloy.bench.service;

import dev.alloy.bench.service.Workload.Runner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Do ten thousand runners wait on one replica with 512 MiB of live heap, without a thread or a database connection each? */
final class ParkedPollsBenchmark implements ServiceBenchmark {

    private static final int POLLS = Integer.getInteger("bench.polls", 10_000);
    private static final int WAIT_SECONDS = 50;
    private static final int CLIENTS = 8;
    private static final int HEAP_MIB = 512;

    /** The heap that is full of what lives leaves no room to collect in. */
    private static final String HEAP = "-Xmx1g";

    private static final int MOST_THREADS = 300;
    private static final int MOST_DATABASE_CONNECTIONS = 20;
    private static final int MOST_ROUNDS = 10;
    private static final int POLLS_A_PACE = 4;

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start(HEAP)) {
            Workload workload = new Workload(service.port());
            workload.ensure(1);
            List<Poll> polls = workload.runners(POLLS).stream()
                    .map(runner -> new Poll(service.port(), runner))
                    .toList();
            List<Runner> pacers = workload.runners(CLIENTS);
            // Classes and what is made once are not of the polls.
            park(service, pacers, polls.subList(0, CLIENTS));
            double before = service.liveHeapBytes();
            long waiting = park(service, pacers, polls);
            double heap = service.liveHeapBytes();
            double threads = service.threads();
            double database = service.sql()
                    .sql(
                            "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()")
                    .query(Integer.class)
                    .single();
            polls.forEach(Poll::close);
            return List.of(
                    Figure.atLeast("polls waiting at once", waiting, "", POLLS),
                    Figure.atMost("live heap with them", heap / (1024 * 1024), "MiB", HEAP_MIB),
                    Figure.of("live heap without them", before / (1024 * 1024), "MiB"),
                    Figure.of("live heap for each", (heap - before) / waiting / 1024, "KiB"),
                    Figure.atMost("threads with them", threads, "", MOST_THREADS),
                    Figure.atMost("database connections with them", database, "", MOST_DATABASE_CONNECTIONS));
        }
    }

    /** Those that ended while others were on their way are sent again. Answers how many wait at last. */
    private static long park(Service service, List<Runner> pacers, List<Poll> polls) throws InterruptedException {
        List<Poll> missing = polls.stream().filter(Poll::isOver).toList();
        for (int round = 0; !missing.isEmpty() && round < MOST_ROUNDS; round++) {
            List<Poll> sent = missing;
            Clients.together(CLIENTS, client -> {
                try (Connection pacer = new Connection(service.port())) {
                    for (int i = client; i < sent.size(); i += CLIENTS) {
                        sent.get(i).send(WAIT_SECONDS);
                        // That one parks nobody hears; one that is answered behind a few says that it goes no faster.
                        if (i / CLIENTS % POLLS_A_PACE == 0) {
                            Runner runner = pacers.get(client);
                            pacer.get(path(runner, 0), runner.key());
                        }
                    }
                }
                return client;
            });
            // Until the last ones have had their first look at the queue.
            Thread.sleep(1000);
            missing = polls.stream().filter(Poll::isOver).toList();
        }
        return polls.stream().filter(poll -> !poll.isOver()).count();
    }

    private static String path(Runner runner, int waitSeconds) {
        return "/api/runners/" + runner.id() + "/run-requests/next?wait_seconds=" + waitSeconds;
    }

    /** A runner that polls, on a connection of its own. */
    private static final class Poll {

        private final int port;
        private final Runner runner;
        private @Nullable Connection connection;

        Poll(int port, Runner runner) {
            this.port = port;
            this.runner = runner;
        }

        /** Sends the poll; reads the answer to the one before, if there was one: its wait is over, or it was too many. */
        void send(int waitSeconds) {
            // Not before: the service ends those that have not said who they are.
            if (connection == null) {
                connection = new Connection(port, 512);
            } else {
                connection.receive();
            }
            connection.send("GET", path(runner, waitSeconds), runner.key(), null, null);
        }

        /** Whether it has an answer, or none was ever sent. */
        boolean isOver() {
            return connection == null || connection.hasAnswer();
        }

        void close() {
            if (connection != null) {
                connection.close();
            }
        }
    }
}
