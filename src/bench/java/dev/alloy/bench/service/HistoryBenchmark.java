package dev.alloy.bench.service;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Does a cycle cost more when a million runs lie behind it, and when ten thousand wait before it? */
final class HistoryBenchmark implements ServiceBenchmark {

    private static final int QUEUED = 10_000;
    private static final Duration WARM_UP = Duration.ofSeconds(120);
    private static final Duration MEASURED = Duration.ofSeconds(20);

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx1g");
                Load load = new Load(service, 8)) {
            load.cycles(WARM_UP);
            double none = load.cycles(MEASURED);
            History.finish(service.sql());
            double withHistory = load.cycles(MEASURED);
            queue(service.sql());
            double withQueue = load.cycles(MEASURED);
            return List.of(
                    Figure.of("cycles without history", none, "cycles/s"),
                    Figure.atMost("cost of a cycle with " + History.RUNS + " ended runs", none / withHistory, "x", 1.2),
                    Figure.atMost("and with " + QUEUED + " queued besides", none / withQueue, "x", 1.2));
        }
    }

    /** Copies it as one that waits. */
    private static void queue(JdbcClient sql) {
        copyQueued(sql);
        sql.sql("analyze").update();
    }

    private static void copyQueued(JdbcClient sql) {
        String columns = History.columns(
                sql,
                "foundry_run_requests",
                Set.of(
                        "id",
                        "idempotency_key",
                        "requested_by",
                        "requested_at",
                        "status",
                        "runner_id",
                        "attempts",
                        "accepted_at",
                        "started_at",
                        "completed_at",
                        "failure_category",
                        "failure_code",
                        "failure_message",
                        "foundry_run_id",
                        "offer_runner_id",
                        "offer_trace_id",
                        "offer_expires_at",
                        "queue_expires_at",
                        "queued_at"));
        sql.sql("""
                        insert into foundry_run_requests (id, idempotency_key, requested_by, requested_at, status, queued_at,
                            queue_expires_at, %1$s)
                        select 'runreq_queue' || n, 'sha256:' || encode(sha256(convert_to('queue' || n, 'UTF8')), 'hex'),
                            'queue-' || n, alloy_now(), 'queued', alloy_now(), alloy_now() + interval '1 day', %1$s
                        from (select * from foundry_run_requests where completed_at is not null and supersedes is null limit 1) one,
                            generate_series(1, %2$d) n
                        """.formatted(columns, QUEUED)).update();
    }
}
