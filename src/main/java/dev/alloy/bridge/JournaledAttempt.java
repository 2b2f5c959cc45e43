package dev.alloy.bridge;

import dev.alloy.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One attempt as the {@link Journal} has it. What is set is on the disk only after {@link #reach}. */
final class JournaledAttempt {

    private final Journal journal;
    private final ObjectNode entry;
    private @Nullable ExecutionRequest request;

    JournaledAttempt(Journal journal, ObjectNode entry) {
        this.journal = journal;
        this.entry = entry;
    }

    ObjectNode entry() {
        return entry;
    }

    /** What to execute; validated once, since it is asked for all the time and never changes. */
    ExecutionRequest request() {
        ExecutionRequest known = request;
        if (known == null) {
            known = ExecutionRequest.of(entry.path("request"));
            request = known;
        }
        return known;
    }

    String id() {
        return request().id();
    }

    String acceptNonce() {
        return text("claim");
    }

    AttemptStage stage() {
        return AttemptStage.valueOf(text("stage").toUpperCase(Locale.ROOT));
    }

    /** Writes all of it, with the stage it has come to. */
    void reach(AttemptStage stage) {
        entry.put("stage", stage.name().toLowerCase(Locale.ROOT));
        journal.write(this);
    }

    /** Forgets it: there is nothing left to do. */
    void close() {
        journal.remove(this);
    }

    void accepted(JsonNode answer) {
        entry.put("attempt", answer.path("attempt").asInt(0));
        entry.put("lease_token", answer.path("lease_token").asString(""));
        entry.set("lease", answer.path("lease"));
    }

    int number() {
        return entry.path("attempt").asInt(0);
    }

    String leaseToken() {
        return text("lease_token");
    }

    JsonNode lease() {
        return entry.path("lease");
    }

    /** Where Foundry works, and what was checked out there before. */
    void isIn(Path workingCopy, String position) {
        entry.put("path", workingCopy.toString()).put("position", position);
    }

    /** Whether the working copy may hold what this attempt put there. */
    boolean isTouched() {
        return entry.path("touched").asBoolean(false);
    }

    void touched(boolean touched) {
        entry.put("touched", touched);
    }

    /** What is done with the gate file: it is hidden from Git, or made; NONE where it is left alone. */
    GateFile.Handling gateFile() {
        return GateFile.Handling.valueOf(entry.path("gate_file").asString("NONE"));
    }

    void gateFile(GateFile.Handling handling) {
        entry.put("gate_file", handling.name());
    }

    @Nullable
    Path workingCopy() {
        return text("path").isEmpty() ? null : Path.of(text("path"));
    }

    String position() {
        return text("position");
    }

    /** What the run begins with. */
    void prepared(String head, @Nullable String gateFileDigest, Artifacts artifacts) {
        entry.put("head", head).put("gate_file_digest", gateFileDigest);
        entry.put("branch", request().branch())
                .put("throttle", request().throttle().wire());
        entry.put("trace_id", request().traceId())
                .put("payload_digest", Digest.of(request().payload()));
        entry.putArray("overlays").addAll(artifacts.overlays());
        entry.set("evidence_plan", artifacts.evidencePlan());
    }

    String head() {
        return text("head");
    }

    /** What the working copy looked like when the run could begin, and what its refs named. */
    void lookedBefore(WorkingCopySnapshot look, Map<String, String> refs) {
        entry.set("looked_before", look.json());
        ObjectNode named = entry.putObject("refs_before");
        refs.forEach(named::put);
    }

    Map<String, String> refsBefore() {
        Map<String, String> refs = new TreeMap<>();
        entry.path("refs_before")
                .properties()
                .forEach(ref -> refs.put(ref.getKey(), ref.getValue().asString("")));
        return refs;
    }

    WorkingCopySnapshot before() {
        return WorkingCopySnapshot.of(entry.path("looked_before"));
    }

    /** What it looked like when Foundry had ended, and what differs since the run began. */
    void lookedAfter(
            WorkingCopySnapshot look,
            List<String> commits,
            List<String> files,
            @Nullable String gateFileDigestAfter,
            List<String> otherRefs) {
        ObjectNode after = look.json();
        commits.forEach(after.putArray("commits")::add);
        files.forEach(after.putArray("files")::add);
        after.put("gate_file_digest", gateFileDigestAfter);
        otherRefs.forEach(after.putArray("other_refs")::add);
        entry.set("looked_after", after);
    }

    boolean hasLookedAfter() {
        return entry.path("looked_after").isObject();
    }

    JsonNode after() {
        return entry.path("looked_after");
    }

    /** That what was neither committed nor of the bridge goes into Git's stash under this message. */
    void stashed(String message) {
        entry.put("stash", message);
    }

    Optional<String> stash() {
        return Optional.of(text("stash")).filter(message -> !message.isEmpty());
    }

    @Nullable
    String gateFileDigest() {
        return entry.path("gate_file_digest").asStringOpt().orElse(null);
    }

    List<JsonNode> overlays() {
        return entry.path("overlays").valueStream().toList();
    }

    JsonNode evidencePlan() {
        return entry.path("evidence_plan");
    }

    /** Counts how often Foundry was told. */
    int emits() {
        return entry.path("emits").asInt(0);
    }

    void emitting(Instant since) {
        journal.telling(this, since);
        entry.put("emits", emits() + 1);
        if (!entry.has("since")) {
            entry.put("since", since.toString());
        }
    }

    EmitCommand emission() {
        Instant since = text("since").isEmpty() ? Instant.EPOCH : Instant.parse(text("since"));
        return new EmitCommand(request(), number(), workingCopy(), overlays(), since);
    }

    void emitted(String rootEvent) {
        entry.put("root_event", rootEvent);
    }

    Optional<String> rootEvent() {
        return Optional.of(text("root_event")).filter(id -> !id.isEmpty());
    }

    /**
     * The result as it will be sent, byte for byte.
     *
     * @param call the last part of the path that it goes to
     */
    void ended(ObjectNode result, String call) {
        entry.put("result", result.toString()).put("call", call);
    }

    byte[] result() {
        return text("result").getBytes(StandardCharsets.UTF_8);
    }

    String call() {
        return text("call");
    }

    /** A trace to be sent before the result. */
    void traced(Path file, String format) {
        entry.put("trace", file.toString()).put("trace_format", format);
    }

    Optional<Path> trace() {
        return Optional.of(text("trace")).filter(path -> !path.isEmpty()).map(Path::of);
    }

    String traceFormat() {
        return text("trace_format");
    }

    private String text(String member) {
        return entry.path(member).asString("");
    }
}
