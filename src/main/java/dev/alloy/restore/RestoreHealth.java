package dev.alloy.restore;

import dev.alloy.database.DatabaseWatch;
import dev.alloy.run.RestoredRuns;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Says in the health of the management port whether runs wait for a person because the database was restored, and whether that cannot be told.
 * The service itself is well.
 */
@Component("restored")
class RestoreHealth implements HealthIndicator {

    private final RestoredRuns runs;
    private final DatabaseWatch database;
    private final RestoreWatch watch;

    RestoreHealth(RestoredRuns runs, DatabaseWatch database, RestoreWatch watch) {
        this.runs = runs;
        this.database = database;
        this.watch = watch;
    }

    @Override
    public Health health() {
        if (database.isGone()) {
            return Health.unknown().build();
        }
        Health.Builder health = Health.up();
        watch.unjudged().ifPresent(unjudged -> health.unknown()
                .withDetail("not_judged_for_seconds", unjudged.since().toSeconds())
                .withDetail("not_judged_because", unjudged.because()));
        runs.newest().ifPresent(restoration -> health.withDetail("found_at", restoration.foundAt())
                .withDetail("because", restoration.because())
                .withDetail("runs_parked", runs.waiting()));
        return health.build();
    }
}
