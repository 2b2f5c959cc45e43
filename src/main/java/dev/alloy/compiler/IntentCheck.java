package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.function.Consumer;

/**
 * One rule an intent must keep beyond its schema. It runs on intents the schema refused too, so every finding is told
 * at once: what has the wrong shape is passed over, the schema speaks about it.
 */
@FunctionalInterface
interface IntentCheck {

    void check(UncheckedIntent candidate, Consumer<Finding> findings);
}
