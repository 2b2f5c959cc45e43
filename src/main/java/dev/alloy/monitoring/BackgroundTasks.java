package dev.alloy.monitoring;

import dev.alloy.database.RepeatedTask;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Checks that background tasks still run. It is part of liveness, since only a new process helps a stuck one. */
@Component
class BackgroundTasks implements HealthIndicator {

    private final List<RepeatedTask> tasks;

    BackgroundTasks(List<RepeatedTask> tasks) {
        this.tasks = tasks;
    }

    @Override
    public Health health() {
        List<String> stuck = tasks.stream()
                .filter(RepeatedTask::isStuck)
                .map(RepeatedTask::name)
                .toList();
        return stuck.isEmpty()
                ? Health.up().build()
                : Health.down().withDetail("stuck", stuck).build();
    }
}
