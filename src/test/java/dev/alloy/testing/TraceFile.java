package dev.alloy.testing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes trace files as Foundry does: each event's id is that of its content. */
public final class TraceFile {

    /** The approved command of the worked example's gate {@code tests}. */
    public static final String TESTS = "./gradlew test";

    /** The approved command of the worked example's gate {@code vendor_import_boundary}. */
    public static final String BOUNDARY = "./scripts/check-vendor-imports.sh";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ObjectNode file = JSON.createObjectNode();
    private final @Nullable String traceId;
    private final String project;
    private final String throttle;

    /** An empty file; every event will be of this chain. */
    public TraceFile(@Nullable String traceId, String project, String throttle) {
        this.traceId = traceId;
        this.project = project;
        this.throttle = throttle;
        file.putArray("events");
        file.putArray("block_executions");
        file.put("total_duration_ms", 7);
    }

    /** The worked example's run as it would go at dry_run; its verification passes. */
    public static TraceFile ofDryRun(@Nullable String traceId, String project) {
        return new TraceFile(traceId, project, "dry_run")
                .event("iteration_requested", "{\"project\":\"p\"}")
                .block("Run Verify Gates", true, "p: gate verification passed")
                .block("Execute Plan", true, "dry-run (simulated)")
                .verification(true);
    }

    /** Adds an event; the payload's members must be in order. */
    public TraceFile event(String type, String payload) {
        String occurredAt =
                "2026-11-22T03:58:%02d.25".formatted(file.path("events").size());
        ObjectNode event = file.withArray("events").addObject();
        event.put("id", id(type + project + occurredAt + "+00:00" + payload));
        event.put("event_type", type).put("project", project).put("occurred_at", occurredAt + "Z");
        event.put("recorded_at", occurredAt + "Z").put("throttle", throttle);
        if (traceId != null) {
            event.put("trace_id", traceId);
        }
        event.set("payload", JSON.readTree(payload));
        return this;
    }

    /**
     * Adds the event with which a verification by the worked example's required gates ends.
     *
     * @param passed whether the gate {@code tests} passed
     */
    public TraceFile verification(boolean passed) {
        return verification(passed, gate("tests", TESTS, passed), gate("vendor_import_boundary", BOUNDARY, true));
    }

    /** Adds the event with which a verification by these gates ends. */
    public TraceFile verification(boolean requiredPassed, String... gates) {
        return event(
                "gate_verification_completed",
                "{\"all_passed\":%1$s,\"required_passed\":%1$s,\"results\":[%2$s]}"
                        .formatted(requiredPassed, String.join(",", gates)));
    }

    /** One gate's outcome as events carry it. */
    public static String gate(String name, String command, boolean passed) {
        return "{\"command\":\"%s\",\"exit_code\":%d,\"name\":\"%s\",\"output\":\"o\",\"passed\":%s,\"required\":true}"
                .formatted(command, passed ? 0 : 1, name, passed);
    }

    /** Adds a run of a block that emits nothing. */
    public TraceFile block(String name, boolean success, String summary) {
        return block(name, success, summary, 0);
    }

    /** Adds a run of a block, for the root event, that emits so many events. */
    public TraceFile block(String name, boolean success, String summary, int emitted) {
        ObjectNode block = file.withArray("block_executions").addObject();
        block.put("block_name", name).put("trigger_event_id", root()).put("success", success);
        block.put("summary", summary).put("duration_ms", 1);
        var ids = block.putArray("emitted_event_ids");
        for (int i = 0; i < emitted; i++) {
            ids.add("evt_%024d".formatted(i));
        }
        block.putNull("raw_output").putNull("exit_code");
        return this;
    }

    /** The id of the first event. */
    public String root() {
        return file.at("/events/0/id").asString();
    }

    /** The file, to be changed. */
    public ObjectNode tree() {
        return file;
    }

    /** The file as it is written. */
    public String text() {
        return file.toPrettyString();
    }

    private static String id(String content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "evt_" + HexFormat.of().formatHex(hash).substring(0, 24);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
