package dev.alloy.conformance;

import dev.alloy.contract.foundry.Throttle;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The blocks that several formations share. */
final class GateBlocks {

    private final EventChain chain;
    private final String workflow;

    GateBlocks(EventChain chain, String workflow) {
        this.chain = chain;
        this.workflow = workflow;
    }

    /** A payload with what is carried along. */
    ObjectNode carried() {
        ObjectNode payload =
                EventChain.object().put("project", chain.root().project()).put("workflow", workflow);
        JsonNode actions = chain.root().payload().path("actions");
        if (!actions.isMissingNode()) {
            payload.set("actions", actions);
        }
        return payload;
    }

    /** Reads the gate file; null when the chain ends here. */
    @Nullable
    FoundryEvent resolve(FoundryEvent trigger) throws IOException, InterruptedException {
        EventChain.Block resolve = chain.begin("Resolve Gates", trigger);
        Path path = chain.path().orElse(null);
        if (path == null) {
            resolve.end(false, "Project '" + chain.root().project() + "' not found in registry");
            return null;
        }
        JsonNode given = chain.root().payload().path("gates");
        JsonNode gates;
        try {
            gates = given.isArray() ? given : GateRunner.read(path);
        } catch (IOException e) {
            resolve.end(false, "error: " + e.getMessage());
            return null;
        }
        ObjectNode payload = carried();
        payload.set("gates", gates);
        FoundryEvent resolved = resolve.emit("gate_resolution_completed", payload);
        resolve.end(
                true,
                "%s: resolved %d gates for %s workflow".formatted(chain.root().project(), gates.size(), workflow));
        return resolved;
    }

    /** Runs the gates before the work. */
    FoundryEvent preflight(FoundryEvent resolved) throws IOException, InterruptedException {
        EventChain.Block block = chain.begin("Run Preflight Gates", resolved);
        JsonNode gates = resolved.payload().path("gates");
        GateRunner.Results results = GateRunner.run(gates, chain.path().orElseThrow());
        ObjectNode payload = carried();
        payload.set("gates", gates);
        FoundryEvent told = block.emit("preflight_completed", with(results, payload));
        // The optional gates count for what the block says of itself, as they do in the real daemon.
        block.end(results.allPassed(), summary(gates, results.allPassed(), "preflight", "preflight passes"));
        skip("Execute Maintain", resolved, true, "Skipped: not a maintain workflow");
        return told;
    }

    /** Runs the gates of the file, as it is now, after the work. */
    FoundryEvent verify(FoundryEvent executed, int retry) throws IOException, InterruptedException {
        EventChain.Block block = chain.begin("Run Verify Gates", executed);
        Path path = chain.path().orElseThrow();
        JsonNode gates = GateRunner.read(path);
        GateRunner.Results results = GateRunner.run(gates, path);
        FoundryEvent told = block.emit(
                "gate_verification_completed", with(results, carried()).put("retry_count", retry));
        block.end(results.allPassed(), summary(gates, results.allPassed(), "gate verification", "verification passes"));
        return told;
    }

    private static ObjectNode with(GateRunner.Results results, ObjectNode payload) {
        payload.set("results", results.entries());
        return payload.put("all_passed", results.allPassed()).put("required_passed", results.requiredPassed());
    }

    private String summary(JsonNode gates, boolean passed, String kind, String vacuous) {
        String project = chain.root().project();
        if (gates.isEmpty()) {
            return project + ": no gates defined, " + vacuous;
        }
        String what = kind.equals("preflight") ? "preflight gates" : kind;
        return project + ": " + what + (passed ? " passed" : " failed");
    }

    /** A block that looks at an event and leaves it to others; one that changes things only pretends to look at dry_run. */
    void skip(String name, FoundryEvent trigger, boolean mutator, String summary) throws InterruptedException {
        EventChain.Block block = chain.begin(name, trigger);
        if (mutator && chain.throttle() == Throttle.DRY_RUN) {
            block.simulated();
        } else {
            block.end(true, summary);
        }
    }
}
