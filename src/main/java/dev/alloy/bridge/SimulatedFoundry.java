package dev.alloy.bridge;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Simulates Foundry. Nothing runs; all gates pass but those that are configured to fail. Every result says that it is
 * simulated.
 */
class SimulatedFoundry implements Foundry {

    private final Set<String> failing;

    /**
     * @param failing names of gates that are to fail
     */
    SimulatedFoundry(Set<String> failing) {
        this.failing = failing;
    }

    @Override
    public String mode() {
        return "simulated";
    }

    @Override
    public boolean worksInACopy() {
        return false;
    }

    @Override
    public void requireReachable() {
        // It is always there.
    }

    @Override
    public boolean isBusyWith(String project) {
        return false;
    }

    @Override
    public String emit(EmitCommand emission) {
        return root(emission);
    }

    private static String root(EmitCommand emission) {
        return "simulated-" + emission.traceId();
    }

    @Override
    public Optional<String> find(EmitCommand emission) {
        return Optional.of(root(emission));
    }

    @Override
    public Standing standing(EmitCommand emission, String rootEvent) {
        return Standing.ENDED;
    }

    @Override
    public FoundryOutcome outcome(EmitCommand emission, String rootEvent) {
        ObjectNode word = JsonNodeFactory.instance.objectNode();
        word.put("simulated", true);
        ArrayNode gates = word.putArray("gates");
        boolean all = true;
        for (GateFile.Gate gate : GateFile.asked(emission.overlays())) {
            boolean passes = !failing.contains(gate.name());
            all &= passes;
            gates.addObject()
                    .put("name", gate.name())
                    .put("phase", "verify")
                    .put("status", passes ? "passed" : "failed")
                    .put("required", gate.required())
                    .put("details", "Simulated: nothing was run.");
        }
        word.put("status", all ? "completed" : "completed_with_findings");
        word.put("notes", "This run is simulated: nothing was run, nothing was looked at.");
        return FoundryOutcome.told(rootEvent, word);
    }

    @Override
    public AutoCloseable watch(EmitCommand emission, Consumer<Progress.Seen> listener) {
        return () -> {};
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
