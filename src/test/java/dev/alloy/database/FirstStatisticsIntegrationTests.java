package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class FirstStatisticsIntegrationTests {

    @Test
    void looksOnceAtEachTableThatHasRows() {
        try (TestDatabase.Fresh database = TestDatabase.create()) {
            var jdbc = new JdbcTemplate(database.dataSource());
            jdbc.execute("create table few as select generate_series(1, 10) as n");
            jdbc.execute("create table \"Many\" as select generate_series(1, 60) as n");
            var statistics = new FirstStatistics(jdbc);

            assertThat(statistics.gather()).containsExactly("\"Many\"");
            assertThat(jdbc.queryForObject("select reltuples from pg_class where relname = 'Many'", Integer.class))
                    .isEqualTo(60);
            assertThat(statistics.gather()).isEmpty();
        }
    }

    @Test
    void endsWhenAutovacuumIsSoonEnough() {
        try (TestDatabase.Fresh database = TestDatabase.create()) {
            var statistics = new FirstStatistics(new JdbcTemplate(database.dataSource()), 3);
            statistics.start();
            assertThat(statistics.isRunning()).isTrue();
            for (int i = 0; i < 3; i++) {
                statistics.perform();
            }
            assertThat(statistics.isRunning()).isFalse();
        }
    }
}
