package dev.alloy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.conformance.Scripts;
import dev.alloy.testing.AlloyTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The bridge is killed at every step it makes, and started again: nothing is told to Foundry twice that could change code. */
@Timeout(240)
@AlloyTest
class KilledScenarioTests {

    /** Where nobody can know whether Foundry was told, since it is not in any log. */
    private static final Set<String> UNKNOWABLE = Set.of("journal EMITTING", "before emit");

    /** What is said now and then, and changes nothing here. */
    private static final List<String> UNCOUNTED = List.of("heartbeat", "whoami", "events");

    @LocalServerPort
    private int port;

    @TempDir
    private Path directory;

    /** Stands for a signal that cannot be caught. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Notes the steps of the main thread, and kills at one. */
    private static final class Killer implements CrashPoint {
        private final Thread main = Thread.currentThread();
        private final List<String> steps = new ArrayList<>();
        private final int at;

        Killer(int at) {
            this.at = at;
        }

        @Override
        public void passed(String step) {
            boolean counts = Thread.currentThread() == main
                    && !steps.contains(step)
                    && UNCOUNTED.stream().noneMatch(step::contains);
            if (counts) {
                steps.add(step);
                if (steps.size() == at) {
                    throw new Killed();
                }
            }
        }
    }

    private static BridgeWorld world(int port, Path home) {
        var bridge = new BridgeWorld(port, home);
        bridge.trust();
        bridge.foundry.script(
                "iteration_requested",
                Scripts.iteration((path, round) -> Files.writeString(path.resolve("feature.txt"), "new\n")));
        return bridge;
    }

    @ParameterizedTest
    @CsvSource({"validation_requested,dry_run,false", "iteration_requested,full,true"})
    void whereverItIsKilled(String entryEvent, String throttle, boolean mutating) {
        List<String> steps;
        try (var bridge = world(port, directory.resolve(entryEvent))) {
            bridge.queued(entryEvent, throttle);
            var counting = new Killer(Integer.MAX_VALUE);
            bridge.bridge(counting);
            steps = counting.steps;
        }
        assertThat(steps).contains("journal STARTING", "before emit", "emit", "journal ENDED", "answer completed");
        // What is common to both is gone through once.
        int first = mutating ? 1 : steps.indexOf("journal STARTING") + 1;
        int last = mutating ? steps.size() : steps.indexOf("journal EMITTED") + 1;
        for (int at = first; at <= last; at++) {
            killedAt(at, steps.get(at - 1), entryEvent, throttle, mutating);
        }
    }

    private void killedAt(int at, String step, String entryEvent, String throttle, boolean mutating) {
        try (var bridge = world(port, directory.resolve(entryEvent + "-" + at))) {
            JsonNode run = bridge.queued(entryEvent, throttle);
            assertThatExceptionOfType(Killed.class).isThrownBy(() -> bridge.bridge(new Killer(at)));

            bridge.bridge();

            assertThat(bridge.foundry.emits())
                    .as("told Foundry, killed at %s", step)
                    .hasSizeLessThanOrEqualTo(1);
            if (mutating && UNKNOWABLE.contains(step)) {
                assertThat(bridge.foundry.emits()).isEmpty();
                assertThat(bridge.status(run)).as("killed at %s", step).isEqualTo("executing");
                assertThat(bridge.said.toString()).contains("OUTCOME UNKNOWN");
            } else {
                assertThat(bridge.status(run))
                        .as("killed at %s: %s", step, bridge.said)
                        .isEqualTo("completed");
            }
            // What an unknown outcome left there stays until Foundry is seen to be idle, which the next poll asks.
            boolean unknown = mutating && UNKNOWABLE.contains(step);
            assertThat(BridgeWorld.git(bridge.clone, "status", "--porcelain", unknown ? "--ignored=no" : "--ignored"))
                    .as("the copy, killed at %s", step)
                    .isEmpty();
        }
    }
}
