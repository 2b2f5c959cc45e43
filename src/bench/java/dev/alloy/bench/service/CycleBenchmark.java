package dev.alloy.bench.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How many runs go from their request to their kept result in a second, with eight clients, as a share of the floor? What does one cost
 * the database?
 */
final class CycleBenchmark implements ServiceBenchmark {

    private static final int CLIENTS = 8;
    private static final int ROUNDS = 3;
    private static final Duration WARM_UP = Duration.ofSeconds(120);
    private static final Duration MEASURED = Duration.ofSeconds(12);
    /** What Conductor OSS reached over REST, as a share of the same floor. */
    private static final double CONDUCTOR = 0.08;

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx1g");
                Load load = new Load(service, CLIENTS)) {
            load.cycles(WARM_UP);
            Floor floor = new Floor(service);
            List<Double> rates = new ArrayList<>();
            List<Double> floors = new ArrayList<>();
            List<Double> shares = new ArrayList<>();
            List<Double> commits = new ArrayList<>();
            List<Double> kilobytes = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                load.prepare(MEASURED);
                Cost before = Cost.now(service.sql());
                double rate = load.cycles(MEASURED);
                Cost cost = Cost.now(service.sql()).minus(before).dividedBy(rate * MEASURED.toSeconds());
                double atFloor = floor.cyclesPerSecond((int) MEASURED.toSeconds());
                rates.add(rate);
                floors.add(atFloor);
                shares.add(rate / atFloor);
                commits.add(cost.commits());
                kilobytes.add(cost.walBytes() / 1000);
            }
            double share = median(shares);
            return List.of(
                    Figure.of("full cycle over HTTP", median(rates), "cycles/s"),
                    Figure.of("floor: the same in pgbench", median(floors), "cycles/s"),
                    Figure.atLeast("full cycle as a share of the floor", share, "", 0.5),
                    Figure.atLeast("full cycle as a multiple of Conductor's share", share / CONDUCTOR, "x", 6),
                    Figure.atMost("transactions a cycle, reading ones too", median(commits), "", 6),
                    Figure.atMost("WAL a cycle", median(kilobytes), "kB", 30));
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** What the server has committed and written. */
    private record Cost(double commits, double walBytes) {

        static Cost now(JdbcClient sql) {
            return sql.sql("""
                            select (select xact_commit from pg_stat_database where datname = current_database()) as commits,
                                pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as wal
                            """)
                    .query((row, n) -> new Cost(row.getDouble("commits"), row.getDouble("wal")))
                    .single();
        }

        Cost minus(Cost earlier) {
            return new Cost(commits - earlier.commits, walBytes - earlier.walBytes);
        }

        Cost dividedBy(double count) {
            return new Cost(commits / count, walBytes / count);
        }
    }
}
