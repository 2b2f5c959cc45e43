package dev.alloy.account;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A summary as one is computed from Foundry's file. */
final class TraceSummary {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ObjectNode tree = JSON.createObjectNode();

    TraceSummary() {
        tree.putArray("blocks_executed").add("Run Verify Gates");
        tree.putArray("blocks_failed");
        tree.putArray("mutators_executed");
        tree.putArray("mutators_simulated");
        tree.putArray("gate_phases");
        tree.putArray("commits");
        tree.putArray("errors");
        tree.put("pushed", false);
        tree.putObject("counts").put("phases_left_out", 0);
    }

    /** A verification that is over, as Foundry says with this verdict. */
    TraceSummary verification(boolean requiredPassed) {
        tree.withArray("gate_phases")
                .addObject()
                .put("phase", "verify")
                .put("required_passed", requiredPassed)
                .put("gates", 0)
                .putArray("results");
        return this;
    }

    /** One gate of the verification added last. */
    TraceSummary gate(String name, boolean passed, String command) {
        ObjectNode phase = (ObjectNode)
                tree.path("gate_phases").get(tree.path("gate_phases").size() - 1);
        ObjectNode result = phase.withArray("results").addObject();
        result.put("name", name).put("passed", passed).put("required", true);
        result.put("command_digest", Given.digest(command));
        phase.put("gates", phase.path("results").size());
        return this;
    }

    /** Says that there were more gates than are told. */
    TraceSummary cut() {
        ((ObjectNode) tree.path("gate_phases").get(0)).put("cut", true);
        return this;
    }

    TraceSummary failed(String block, String message, boolean fatal) {
        tree.withArray("blocks_failed").add(block);
        tree.withArray("errors")
                .addObject()
                .put("block", block)
                .put("message", message)
                .put("fatal", fatal);
        return this;
    }

    TraceSummary nothingExecuted() {
        tree.putArray("blocks_executed");
        return this;
    }

    TraceSummary commit() {
        tree.withArray("commits").addObject().put("event_id", "evt_1");
        return this;
    }

    TraceSummary ran(String mutator) {
        tree.withArray("blocks_executed").add(mutator);
        tree.withArray("mutators_executed").add(mutator);
        return this;
    }

    ObjectNode tree() {
        return tree;
    }
}
