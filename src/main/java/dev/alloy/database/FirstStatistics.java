package dev.alloy.database;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Has PostgreSQL look at each table once, soon after its first rows have come. Until then the planner takes every value
 * for rare, picks indexes that begin with the organization, and keeps such plans; autovacuum comes round after a minute
 * or more. Half an hour after the start it ends: by then autovacuum is soon enough.
 */
class FirstStatistics extends RepeatedTask {

    private static final Logger log = LoggerFactory.getLogger(FirstStatistics.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int ENOUGH_ROWS = 50;
    private static final int TIMES = 900;

    private final JdbcTemplate jdbc;
    private final AtomicInteger left;

    FirstStatistics(JdbcTemplate jdbc) {
        this(jdbc, TIMES);
    }

    FirstStatistics(JdbcTemplate jdbc, int times) {
        super("first-statistics", INTERVAL);
        this.jdbc = jdbc;
        this.left = new AtomicInteger(times);
    }

    /**
     * Looks at the tables that have rows and were never looked at.
     *
     * @return their names
     */
    List<String> gather() {
        List<String> unknown = jdbc.queryForList("""
                        select c.oid::regclass::text from pg_class c
                        join pg_stat_user_tables s on s.relid = c.oid
                        where c.reltuples < 0 and s.n_live_tup >= ? and c.relnamespace = current_schema()::regnamespace
                        """, String.class, ENOUGH_ROWS);
        unknown.forEach(table -> jdbc.execute("analyze " + table));
        return unknown;
    }

    @Override
    protected void perform() {
        try {
            gather();
        } catch (DataAccessException e) {
            log.debug("New tables could not be analyzed; autovacuum will", e);
        }
        if (left.decrementAndGet() <= 0) {
            stop();
        }
    }
}
