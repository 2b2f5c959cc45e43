package dev.alloy.bench.service;

import dev.alloy.bench.service.Workload.Order;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What do a thousand posts of one request at the same moment make, and how much slower is each than a plain one? */
final class StormBenchmark implements ServiceBenchmark {

    private static final int POSTS = 1000;
    private static final int STORMS = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration MEASURED = Duration.ofSeconds(10);

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx1g");
                Load load = new Load(service, 8)) {
            load.creates(WARM_UP);
            double plain = load.creates(MEASURED);
            int most = 0;
            double seconds = 0;
            for (int storm = 0; storm < STORMS; storm++) {
                load.workload().ensure(1);
                Order order = load.workload().next();
                long before = runs(service);
                seconds += post(service, load.workload().project(), order);
                most = (int) Math.max(most, runs(service) - before);
            }
            double rate = POSTS * STORMS / seconds;
            return List.of(
                    Figure.of("plain creates", plain, "posts/s"),
                    Figure.of("creates in a storm of " + POSTS + " equal posts", rate, "posts/s"),
                    Figure.atLeast("storm as a share of plain creates", rate / plain, "", 0.5),
                    Figure.atMost("runs that a storm made", most, "", 1));
        }
    }

    private static long runs(Service service) {
        return service.sql()
                .sql("select count(*) from foundry_run_requests")
                .query(Long.class)
                .single();
    }

    /** Answers how many seconds went by from the first post to the last answer. */
    private static double post(Service service, String project, Order order) throws InterruptedException {
        CountDownLatch connected = new CountDownLatch(POSTS);
        List<long[]> times = Clients.together(POSTS, client -> {
            try (Connection connection = new Connection(service.port())) {
                connected.countDown();
                connected.await();
                long start = System.nanoTime();
                int status = connection
                        .post("/api/projects/" + project + "/run-requests", order.token(), null, order.body())
                        .status();
                if (status != 200 && status != 201) {
                    throw new IllegalStateException("A post of the storm was answered " + status);
                }
                return new long[] {start, System.nanoTime()};
            }
        });
        long first = times.stream().mapToLong(time -> time[0]).min().orElseThrow();
        long last = times.stream().mapToLong(time -> time[1]).max().orElseThrow();
        return (last - first) / 1e9;
    }
}
