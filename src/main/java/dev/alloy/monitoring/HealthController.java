package dev.alloy.monitoring;

import dev.alloy.database.DatabaseWatch;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Health on the main port, for load balancers and orchestrators, open to all. It says up or down, not why. Actuator
 * itself would put it on the management port, with all else. Source: operations.md, “Health”.
 */
@Hidden
@RestController
class HealthController {

    private final HealthEndpoint health;
    private final DatabaseWatch database;

    HealthController(HealthEndpoint health, DatabaseWatch database) {
        this.health = health;
        this.database = database;
    }

    @GetMapping(path = "/actuator/health", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Map<String, String>> health() {
        // Asked for its health, a database that is gone would be waited for.
        return database.isGone() ? answer(Status.DOWN) : answer(health.health());
    }

    @GetMapping(path = "/actuator/health/liveness", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Map<String, String>> liveness() {
        return answer(health.healthForPath("liveness"));
    }

    @GetMapping(path = "/actuator/health/readiness", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Map<String, String>> readiness() {
        return answer(health.healthForPath("readiness"));
    }

    private static ResponseEntity<Map<String, String>> answer(@Nullable HealthDescriptor descriptor) {
        return answer(descriptor == null ? Status.UNKNOWN : descriptor.getStatus());
    }

    private static ResponseEntity<Map<String, String>> answer(Status status) {
        boolean down = status.equals(Status.DOWN) || status.equals(Status.OUT_OF_SERVICE);
        return ResponseEntity.status(down ? 503 : 200)
                .cacheControl(CacheControl.noStore())
                .body(Map.of("status", status.getCode()));
    }
}
