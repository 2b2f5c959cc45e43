package dev.alloy.contract.foundry;

import dev.alloy.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gathers what a trace tells, event by event and block by block, and sums it up as {@code alloy.trace_summary.v1}. Holds little of the
 * trace itself: lists and all texts together are bounded, and what did not fit is counted.
 */
public final class TraceFacts {

    /** What a summary calls itself. */
    public static final String SCHEMA_VERSION = "alloy.trace_summary.v1";

    private static final int NAMES = 200;
    private static final int EVENT_IDS = 1_000;
    private static final int PHASES = 50;
    private static final int RESULTS = 200;
    private static final int COMMITS = 200;
    private static final int ERRORS = 100;
    /** With the sign that something was cut off, what the schema takes for a name. */
    private static final int SHORT = 199;

    /** All texts of a summary together: what is beyond is left out, and counted. */
    private static final int ROOM = 100_000;

    private static final int LONG = 1_000;

    /**
     * One event.
     *
     * @param throttle null where the form of the trace does not tell it
     * @param traceId null where there is none
     * @param occurredAt null where the form of the trace does not tell it
     * @param idVerified whether the id is that of the content; null where that cannot be told
     * @param payload null unless {@link #wantsPayload} says that it is read
     * @param payloadLeftOut whether the payload was wanted and too large to be read
     */
    public record Event(
            String id,
            String type,
            String project,
            @Nullable String throttle,
            @Nullable String traceId,
            @Nullable String occurredAt,
            @Nullable Boolean idVerified,
            @Nullable JsonNode payload,
            boolean payloadLeftOut) {}

    /**
     * One run of one block.
     *
     * @param trigger id of the event that it ran for; null where the form of the trace does not tell it
     * @param emitted whether it emitted an event; null where the form of the trace does not tell it
     */
    public record Block(
            String name,
            boolean success,
            String summary,
            @Nullable String trigger,
            @Nullable Boolean emitted) {

        /** Whether it gave a verdict on gates, which is work done, by failing. */
        boolean isVerdict() {
            return !success && FoundryBlocks.isVerdict(name) && !Boolean.FALSE.equals(emitted);
        }
    }

    private final Set<String> executed = new LinkedHashSet<>();
    private final Set<String> skipped = new LinkedHashSet<>();
    private final Set<String> throttled = new LinkedHashSet<>();
    private final Set<String> simulated = new LinkedHashSet<>();
    private final Set<String> mutators = new LinkedHashSet<>();
    private final Set<String> unknown = new LinkedHashSet<>();
    private final FailedBlocks failed = new FailedBlocks();
    private final List<String> eventIds = new ArrayList<>();
    private final Deque<ObjectNode> phases = new ArrayDeque<>();
    private final List<ObjectNode> commits = new ArrayList<>();
    private final List<ObjectNode> errors = new ArrayList<>();
    private @Nullable Event root;
    private @Nullable Event last;
    private int room = ROOM;
    private int leftOut;
    private int events;
    private int blocks;
    private int failures;
    private int phasesLeftOut;
    private int retries;
    private int foreign;
    private int unverified;
    private int uncheckable;
    private boolean pushed;
    private @Nullable Long total;

    /** Nothing was told yet. */
    public TraceFacts() {}

    /** Whether the payload of events of this type is looked at. */
    public static boolean wantsPayload(String type) {
        return phase(type) != null || type.equals("project_changes_committed") || type.equals("project_changes_pushed");
    }

    private static @Nullable String phase(String type) {
        return switch (type) {
            case "preflight_completed" -> "preflight";
            case "gate_verification_completed" -> "verify";
            case "validation_completed" -> "validation";
            default -> null;
        };
    }

    /** Takes the next event; the first is the root. */
    public void event(Event event) {
        events++;
        if (root == null) {
            root = event;
        } else if (isForeign(root, event)) {
            foreign++;
        }
        last = event;
        if (eventIds.size() < EVENT_IDS && takesRoom(Math.min(event.id().length(), SHORT))) {
            eventIds.add(Redaction.text(event.id(), SHORT));
        }
        if (event.idVerified() == null) {
            uncheckable++;
        } else if (!event.idVerified()) {
            unverified++;
            error("event_id", event.id(), "The id is not that of the event's content.");
        }
        JsonNode payload = event.payload();
        String phase = phase(event.type());
        if (phase != null) {
            phase(event, phase);
        }
        boolean real = payload == null || !isTrue(payload, "dry_run") && !isTrue(payload, "stub");
        switch (event.type()) {
            case "retry_requested" -> retries++;
            case "project_changes_committed" -> {
                if (real) {
                    commit(event, payload);
                }
            }
            case "project_changes_pushed" -> pushed |= real;
            default -> {}
        }
    }

    /** Upkeep of all projects fans out into chains with ids of their own; every other chain keeps what its root has. */
    private static boolean isForeign(Event root, Event event) {
        boolean throttle = event.throttle() != null
                && root.throttle() != null
                && !event.throttle().equals(root.throttle());
        boolean project = !event.project().equals(root.project());
        boolean trace = event.traceId() != null
                && root.traceId() != null
                && !event.traceId().equals(root.traceId());
        return throttle || !root.type().equals("maintenance_run_started") && (project || trace);
    }

    private void commit(Event event, @Nullable JsonNode payload) {
        if (commits.size() < COMMITS && takesRoom(LONG)) {
            ObjectNode commit = object().put("event_id", Redaction.text(event.id(), SHORT))
                    .put("project", Redaction.text(event.project(), SHORT));
            if (event.occurredAt() != null) {
                commit.put("occurred_at", Redaction.text(event.occurredAt(), SHORT));
            }
            if (payload != null && payload.path("message").isString()) {
                commit.put("message", Redaction.text(payload.path("message").stringValue(), LONG));
            }
            commits.add(commit);
        }
    }

    private void phase(Event event, String phase) {
        JsonNode payload = event.payload();
        ObjectNode told = object().put("phase", phase);
        if (event.payloadLeftOut()) {
            told.put("cut", true);
        }
        JsonNode from = payload == null ? JsonNodeFactory.instance.objectNode() : payload;
        JsonNode required = from.path(phase.equals("validation") ? "success" : "required_passed");
        JsonNode all = from.path("all_passed");
        JsonNode results = from.path("results");
        told.set("all_passed", all.isBoolean() ? all : phase.equals("validation") ? allPassed(results) : null);
        told.set("required_passed", required.isBoolean() ? required : null);
        told.put("gates", results.size());
        ArrayNode list = told.putArray("results");
        results.valueStream()
                .limit(RESULTS)
                .filter(result -> takesRoom(SHORT))
                .forEach(result -> list.add(result(result)));
        if (list.size() < results.size()) {
            told.put("cut", true);
        }
        add(told);
    }

    /** The last ones decide. */
    private void add(ObjectNode phase) {
        if (phases.size() == PHASES) {
            phases.removeFirst();
            phasesLeftOut++;
        }
        phases.addLast(phase);
    }

    private static @Nullable JsonNode allPassed(JsonNode results) {
        return results.isArray()
                ? JsonNodeFactory.instance.booleanNode(
                        results.valueStream().allMatch(result -> isTrue(result, "passed")))
                : null;
    }

    private ObjectNode result(JsonNode result) {
        ObjectNode told = object().put(
                        "name", Redaction.text(result.path("name").asString(""), SHORT))
                .put("passed", isTrue(result, "passed"))
                .put("required", isTrue(result, "required"));
        if (result.path("command").isString()) {
            String command = result.path("command").stringValue();
            told.put("command_digest", Digest.of(command.getBytes(StandardCharsets.UTF_8)));
            if (takesRoom(Math.min(command.length(), LONG))) {
                told.put("command", Redaction.text(command, LONG));
            }
        }
        if (result.path("exit_code").isInt()) {
            told.put("exit_code", result.path("exit_code").intValue());
        }
        if (!isTrue(result, "passed") && result.path("output").isString() && takesRoom(LONG)) {
            told.put("output", Redaction.text(result.path("output").stringValue(), LONG));
        }
        return told;
    }

    /** Takes what a block did. */
    public void block(Block block) {
        blocks++;
        String name = Redaction.text(block.name(), SHORT);
        switch (FoundryBlocks.fate(block.success(), block.summary())) {
            case SKIPPED -> add(skipped, name);
            case THROTTLED -> add(throttled, name);
            case SIMULATED -> {
                add(throttled, name);
                add(simulated, name);
            }
            case EXECUTED -> executed(block, name);
        }
        failed.see(block);
        if (!block.success()) {
            failures++;
            if (block.isVerdict()) {
                error("block", block.name(), block.summary());
            }
        }
    }

    /** A block that failed did not do its work, whatever it emitted. */
    private void executed(Block block, String name) {
        if (FoundryBlocks.isUnknown(block.name())) {
            add(unknown, name);
        }
        if (block.success() || block.isVerdict()) {
            add(executed, name);
            if (FoundryBlocks.isMutator(block.name())) {
                add(mutators, name);
            }
        }
    }

    private void error(String kind, String what, String message) {
        if (errors.size() < ERRORS && takesRoom(Math.min(message.length(), LONG) + SHORT)) {
            errors.add(object().put(kind, Redaction.text(what, SHORT)).put("message", Redaction.text(message, LONG)));
        }
    }

    /** How long all of it took, as the trace says. */
    public void totalDuration(long milliseconds) {
        total = milliseconds;
    }

    /** Whether there was no event yet. */
    public boolean isEmpty() {
        return root == null;
    }

    /** What was gathered. There must have been an event. */
    public ObjectNode summary() {
        if (root == null || last == null) {
            throw new IllegalStateException("A trace begins with its root event");
        }
        ObjectNode summary = object().put("schema_version", SCHEMA_VERSION);
        summary.set("root_event", name(root));
        summary.put("entry_event", Redaction.text(root.type(), SHORT));
        summary.set("terminal_event", name(last));
        summary.put("project", Redaction.text(root.project(), SHORT));
        summary.put("throttle", root.throttle() == null ? null : Redaction.text(root.throttle(), SHORT));
        summary.set("blocks_executed", array(executed));
        summary.set("blocks_skipped", array(skipped));
        summary.set("blocks_skipped_by_throttle", array(throttled));
        summary.set("blocks_unknown", array(unknown));
        List<ObjectNode> failedBlocks = failed.errors(isMadeGood());
        summary.set("blocks_failed", array(failed.names()));
        summary.set("mutators_executed", array(mutators));
        summary.set("mutators_simulated", array(simulated));
        summary.putArray("gate_phases").addAll(phases);
        summary.put("retry_requests", retries);
        summary.putArray("commits").addAll(commits);
        summary.put("pushed", pushed);
        summary.putArray("errors").addAll(failedBlocks).addAll(errors);
        summary.put("total_duration_ms", total);
        summary.put("event_ids_verified", unverified > 0 ? Boolean.FALSE : uncheckable > 0 ? null : Boolean.TRUE);
        ObjectNode counts = summary.putObject("counts");
        counts.put("events", events)
                .put("blocks", blocks)
                .put("failed_blocks", failures)
                .put("events_of_other_chains", foreign)
                .put("event_ids_refuted", unverified)
                .put("event_ids_not_checkable", uncheckable)
                .put("phases_left_out", phasesLeftOut)
                .put("left_out", leftOut);
        ObjectNode correlation = summary.putObject("correlation");
        correlation.put("foundry_run_id", Redaction.text(root.id(), SHORT));
        correlation.put("trace_id", root.traceId() == null ? null : Redaction.text(root.traceId(), SHORT));
        correlation.set("event_ids", array(eventIds));
        return summary;
    }

    /** Whether the last verification passed: what failed before a retry is then made good by it. */
    private boolean isMadeGood() {
        return phases.stream()
                .filter(phase -> phase.path("phase").asString("").equals("verify"))
                .reduce((earlier, later) -> later)
                .filter(phase ->
                        isTrue(phase, "required_passed") && !phase.path("cut").booleanValue(false))
                .isPresent();
    }

    private static ObjectNode name(Event event) {
        return object().put("id", Redaction.text(event.id(), SHORT))
                .put("event_type", Redaction.text(event.type(), SHORT));
    }

    private boolean takesRoom(int characters) {
        boolean fits = room >= characters;
        room -= fits ? characters : 0;
        leftOut += fits ? 0 : 1;
        return fits;
    }

    private void add(Set<String> names, String name) {
        if (names.size() < NAMES && !names.contains(name) && takesRoom(name.length())) {
            names.add(name);
        }
    }

    private static ArrayNode array(Collection<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(texts.size());
        texts.forEach(array::add);
        return array;
    }

    private static boolean isTrue(JsonNode object, String member) {
        return object.path(member).isBoolean() && object.path(member).booleanValue();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
