package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Replicas;
import org.junit.jupiter.api.Test;

/**
 * People and runners do what comes to their minds, over HTTP, on two replicas, with a clock that jumps. A model says what each call
 * has to answer and where every run has to be; after each step the database is asked whether it is so.
 *
 * <p>A failure names its seed; {@code -Dalloy.model.seed=…} plays it again.
 */
class DispatchModelScenarioTests {

    private static final int STEPS = 160;

    private static long[] seeds() {
        Long seed = Long.getLong("alloy.model.seed");
        return seed == null ? new long[] {1, 42} : new long[] {seed};
    }

    @Test
    void whateverHappensEveryRunIsWhereItHasToBe() {
        try (Replicas replicas = Replicas.start(2, DispatchModel.SETTINGS)) {
            for (long seed : seeds()) {
                play(new DispatchModel(replicas, seed), seed);
            }
        }
    }

    private static void play(DispatchModel model, long seed) {
        for (int step = 0; step < STEPS; step++) {
            try {
                model.step();
            } catch (AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ", step " + step + " (" + model.last() + "): " + e.getMessage(), e);
            }
        }
        assertThat(model.hasEndedRuns()).isTrue();
    }
}
