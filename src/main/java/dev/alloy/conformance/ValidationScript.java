package dev.alloy.conformance;

import java.io.IOException;
import tools.jackson.databind.node.ObjectNode;

/** Four events and six blocks: resolves the gates, runs them and says how it went. */
final class ValidationScript implements Script {

    @Override
    public void play(EventChain chain) throws IOException, InterruptedException {
        GateBlocks gates = new GateBlocks(chain, "validate");
        FoundryEvent resolved = gates.resolve(chain.root());
        if (resolved == null) {
            return;
        }
        FoundryEvent preflight = gates.preflight(resolved);
        boolean success = preflight.payload().path("required_passed").booleanValue();
        EventChain.Block route = chain.begin("Route Validation Result", preflight);
        ObjectNode payload = EventChain.object().put("project", chain.root().project());
        payload.set("results", preflight.payload().path("results"));
        route.emit("validation_completed", payload.put("success", success).put("workflow", "validate"));
        route.end(success, chain.root().project() + ": validation " + (success ? "passed" : "failed"));
        gates.skip("Assess Project", preflight, false, "Skipped: not an iterate workflow or preflight failed");
        gates.skip("Direct Prompt", preflight, false, "Skipped: not a prompt workflow");
    }
}
