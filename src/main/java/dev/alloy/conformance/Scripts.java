package dev.alloy.conformance;

import dev.alloy.contract.foundry.Throttle;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What chains do. */
public final class Scripts {

    private Scripts() {}

    /** What an agent changes in a working copy. */
    @FunctionalInterface
    public interface Edit {

        /**
         * Changes files.
         *
         * @param path the working copy
         * @param round 0 for the plan, then the number of the retry
         * @throws IOException for an agent that cannot be started: the daemon notes it, and goes on
         */
        void apply(Path path, int round) throws IOException;
    }

    /** {@code greet_requested}: three events and two blocks, without an agent. */
    public static Script greeting() {
        return chain -> {
            EventChain.Block compose = chain.begin("Compose Greeting", chain.root());
            JsonNode name = chain.root().payload().path("name");
            String greeting = "Hello, " + (name.isString() ? name.stringValue() : "World") + "!";
            ObjectNode payload = EventChain.object().put("greeting", greeting);
            FoundryEvent composed = compose.emit("greeting_composed", payload);
            compose.end(true, "Composed: " + greeting);
            EventChain.Block deliver = chain.begin("Deliver Greeting", composed);
            deliver.emit("greeting_delivered", payload.deepCopy().put("delivered", true));
            if (chain.throttle() == Throttle.DRY_RUN) {
                deliver.simulated();
            } else {
                deliver.end(true, "Delivered: " + greeting);
            }
        };
    }

    /** {@code validation_requested}: runs the gates of the project's gate file, really. */
    public static Script validation() {
        return new ValidationScript();
    }

    /** {@code iteration_requested}: an agent edits, gates are run, what changed is committed; at dry_run only the gates are real. */
    public static Script iteration(Edit edit) {
        return new IterationScript(edit);
    }

    /** Whatever a trace file of Foundry's says, with the project, trace id, throttle and payload of the request. */
    public static Script replay(JsonNode trace) {
        return new ReplayScript(trace);
    }
}
