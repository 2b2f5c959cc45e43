package dev.alloy.run;

import dev.alloy.database.DatabaseClock;
import dev.alloy.runner.Runners;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Says of each runner of a run's organization what keeps the run from it. */
@Component
@Transactional(readOnly = true)
class RunnerViews {

    private final Runners runners;
    private final RunnerConditions conditions;
    private final DatabaseClock clock;
    private final JdbcClient jdbc;

    RunnerViews(Runners runners, RunnerConditions conditions, DatabaseClock clock, JdbcClient jdbc) {
        this.runners = runners;
        this.conditions = conditions;
        this.clock = clock;
        this.jdbc = jdbc;
    }

    /** Each runner with what keeps the run from it, as things are now. */
    List<DispatchExplanation.RunnerView> of(RunRequest run) {
        Instant now = clock.now();
        Map<String, Integer> atWork = runsAtWork(run.organizationId());
        Map<String, Set<RunnerConditions.Condition>> conditions = this.conditions.of(run);
        return runners.of(run.organizationId()).stream()
                .map(runner -> new DispatchExplanation.RunnerView(
                        runner.id(),
                        runner.name(),
                        RunnerReasons.of(
                                runner,
                                run,
                                conditions.getOrDefault(runner.id(), Set.of()),
                                atWork.getOrDefault(runner.id(), 0),
                                now)))
                .toList();
    }

    private Map<String, Integer> runsAtWork(String organizationId) {
        Map<String, Integer> counts = new HashMap<>();
        jdbc.sql("""
                        select runner_id, count(*) as runs from run_attempts
                        where organization_id = :organization and lease_expires_at is not null
                        group by runner_id
                        """)
                .param("organization", organizationId)
                .query((row, n) -> counts.put(row.getString("runner_id"), row.getInt("runs")))
                .list();
        return counts;
    }
}
