package dev.alloy.conformance;

import dev.alloy.contract.foundry.Throttle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A chain while a {@link Script} plays it: what was asked for, and what has happened so far. */
public final class EventChain {

    /** Where events go as they happen. */
    @FunctionalInterface
    interface Telling {
        void tell(FoundryEvent event);
    }

    /** Where a script may be made to wait. */
    @FunctionalInterface
    interface Gate {
        void pass(String block) throws InterruptedException;
    }

    private final FoundryEvent root;
    private final FoundryHome.@Nullable Project registered;
    private final Telling telling;
    private final Gate gate;
    private final List<FoundryEvent> events = new ArrayList<>();
    private final ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
    private final long began = System.nanoTime();

    EventChain(FoundryEvent root, FoundryHome.@Nullable Project registered, Telling telling, Gate gate) {
        this.root = root;
        this.registered = registered;
        this.telling = telling;
        this.gate = gate;
        tell(root);
    }

    /** The event that was emitted. */
    public FoundryEvent root() {
        return root;
    }

    /** How far the chain may go; what was not understood is full. */
    public Throttle throttle() {
        return root.throttle();
    }

    /** Where the project is; empty for one that the registry did not have when the daemon started. */
    public Optional<Path> path() {
        return Optional.ofNullable(registered).map(FoundryHome.Project::path);
    }

    /** Whether the registry wants commits pushed. */
    public boolean pushes() {
        return registered == null || registered.pushes();
    }

    /** A block begins to work on an event. Waits where the double was told to hold. */
    public Block begin(String name, FoundryEvent trigger) throws InterruptedException {
        gate.pass(name);
        return new Block(name, trigger);
    }

    private void tell(FoundryEvent event) {
        events.add(event);
        telling.tell(event);
    }

    /** The file that is written when the chain has ended. */
    ObjectNode trace() {
        ObjectNode trace = JsonNodeFactory.instance.objectNode();
        ArrayNode told = trace.putArray("events");
        events.forEach(event -> told.add(event.json()));
        trace.set("block_executions", blocks);
        return trace.put("total_duration_ms", millisSince(began));
    }

    private static long millisSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1_000_000;
    }

    /** One execution of one block. */
    public final class Block {

        private final long began = System.nanoTime();
        private final ObjectNode execution;
        private final ArrayNode emittedIds = JsonNodeFactory.instance.arrayNode();
        private final ArrayNode emittedPayloads = JsonNodeFactory.instance.arrayNode();
        private @Nullable String rawOutput;
        private @Nullable Integer exitCode;

        private Block(String name, FoundryEvent trigger) {
            execution = JsonNodeFactory.instance
                    .objectNode()
                    .put("block_name", name)
                    .put("trigger_event_id", trigger.id());
            execution.set("trigger_payload", trigger.payload());
        }

        /** The block tells an event, at this moment. */
        public FoundryEvent emit(String type, JsonNode payload) {
            FoundryEvent event =
                    FoundryEvent.of(type, root.project(), WallClock.now(), root.throttle(), root.traceId(), payload);
            tell(event);
            emittedIds.add(event.id());
            emittedPayloads.add(event.payload());
            return event;
        }

        /** What a command of the block's printed, and how it ended. */
        public Block ran(String output, int exit) {
            rawOutput = output;
            exitCode = exit;
            return this;
        }

        /** The block is done. */
        public void end(boolean success, String summary) {
            JsonNode trigger = execution.remove("trigger_payload");
            execution.put("success", success).put("summary", summary);
            execution.set("emitted_event_ids", emittedIds);
            execution
                    .put("duration_ms", millisSince(began))
                    .put("raw_output", rawOutput)
                    .put("exit_code", exitCode);
            execution.set("trigger_payload", trigger);
            execution.set("emitted_payloads", emittedPayloads);
            execution.putArray("audit_artifacts");
            blocks.add(execution);
        }

        /** The block only pretended, since it is one that changes things and the chain is at dry_run. */
        public void simulated() {
            end(true, "dry-run (simulated)");
        }
    }

    /** An object to fill in. */
    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The payload that was emitted; an empty text is an empty object. */
    static JsonNode payload(String text) {
        return text.isEmpty() ? object() : JsonMapper.shared().readTree(text);
    }
}
