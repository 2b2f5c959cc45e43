package dev.alloy.bench.service;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Does sealing the audit log keep up with runs at full rate, and what do they pay for it? */
final class SealingBenchmark implements ServiceBenchmark {

    private static final Duration WARM_UP = Duration.ofSeconds(90);
    private static final Duration MEASURED = Duration.ofSeconds(20);

    @Override
    public List<Figure> measure() throws Exception {
        double[] without = rate("1h");
        double[] with = rate("1s");
        return List.of(
                Figure.of("cycles without sealing", without[0], "cycles/s"),
                Figure.of("cycles with sealing each second", with[0], "cycles/s"),
                Figure.atLeast("share of the rate that is left", with[0] / without[0], "x", 0.9),
                Figure.of("audit events written", with[1], "events/s"),
                Figure.atMost("age of the oldest event that is not sealed, at most", with[2], "s", 3));
    }

    private static double[] rate(String interval) throws Exception {
        try (Service service = Service.start("-Xmx1g", "-Dalloy.audit.seal-interval=" + interval);
                Load load = new Load(service, 8)) {
            load.cycles(WARM_UP);
            load.prepare(MEASURED);
            JdbcClient sql = service.sql();
            long before = events(sql);
            AtomicBoolean done = new AtomicBoolean();
            double[] oldest = new double[1];
            Thread watcher = new Thread(() -> {
                while (!done.get()) {
                    oldest[0] = Math.max(oldest[0], age(sql));
                    pause();
                }
            });
            watcher.start();
            long start = System.nanoTime();
            double rate = load.cycles(MEASURED);
            double seconds = (System.nanoTime() - start) / 1e9;
            done.set(true);
            watcher.join();
            return new double[] {rate, (events(sql) - before) / seconds, oldest[0]};
        }
    }

    private static void pause() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long events(JdbcClient sql) {
        return sql.sql("select count(*) from audit_events").query(Long.class).single();
    }

    private static double age(JdbcClient sql) {
        return sql.sql("""
                        select coalesce(extract(epoch from alloy_now() - min(e.occurred_at)), 0)
                        from organizations o
                        left join lateral (select last_tx, last_event_id from audit_batches b where b.chain = o.id
                            order by number desc limit 1) b on true
                        join audit_events e on e.organization_id = o.id
                            and (e.tx, e.id) > (coalesce(b.last_tx, -1), coalesce(b.last_event_id, -1))
                        """).query(Double.class).single();
    }
}
