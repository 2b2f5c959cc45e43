package dev.alloy.bridge;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the operator decided, and the times that go with it.
 *
 * @param workdir below which all working copies are
 * @param registry Foundry's registry; null where no working copy is needed
 * @param allowGateCommands whether gate commands may be run that the repository does not hold itself
 * @param allowPush whether a run at full may be one that Foundry pushes
 * @param pollSeconds how long a poll waits
 * @param timing of what is asked again and again
 * @param clock for what is written into documents
 */
record BridgeSettings(
        Path workdir,
        @Nullable FoundryRegistry registry,
        boolean allowGateCommands,
        boolean allowPush,
        int pollSeconds,
        Timing timing,
        Clock clock) {

    /**
     * How often Foundry is asked.
     *
     * @param follow between two questions about a run
     * @param nowhere between two answers that it knows nothing, before that is believed
     * @param unreachable how long Foundry may be gone before the outcome counts as unknown
     */
    record Timing(Duration follow, Duration nowhere, Duration unreachable) {

        static final Timing USUAL = new Timing(Duration.ofMillis(500), Duration.ofSeconds(4), Duration.ofSeconds(60));
    }
}
