package dev.alloy.outcome;

import dev.alloy.contract.JsonDocument;
import dev.alloy.http.Bodies;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A run result as it was sent, {@code alloy.foundry_run_result.v1}, already valid against its schema. */
record ReportedResult(JsonDocument document) {

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    /** One gate's outcome. */
    record Gate(String name, String phase, String status, boolean required) {

        /** Reads the {@code gates} of a result. */
        static List<Gate> all(JsonNode gates) {
            return gates.valueStream()
                    .map(gate -> new Gate(
                            gate.path("name").asString(),
                            gate.path("phase").asString(),
                            gate.path("status").asString(),
                            gate.path("required").booleanValue(false)))
                    .toList();
        }

        boolean passed() {
            return status.equals("passed");
        }

        /** Whether it ran and said something. */
        boolean spoke() {
            return !status.equals("skipped");
        }
    }

    String text(String member) {
        return document.tree().path(member).asString("");
    }

    @Nullable
    String optional(String member) {
        return document.tree().path(member).asStringOpt().orElse(null);
    }

    JsonNode member(String member) {
        return document.tree().path(member);
    }

    int retryCount() {
        return document.tree().path("retry_count").asInt(0);
    }

    Instant completedAt() {
        return instant(text("completed_at"))
                .filter(ReportedResult::isOfOurTime)
                .orElseThrow(() -> Bodies.refusal(
                        "/completed_at", "wrong-format", "The instant is not one at which a run can have ended."));
    }

    /** Clocks may be wrong by some, but a year that no run can have ended in is a mistake of the sender. */
    private static boolean isOfOurTime(Instant instant) {
        return instant.isAfter(EARLIEST) && instant.isBefore(LATEST);
    }

    /** Reads an RFC 3339 instant; empty for the few that the format allows and the calendar lacks, such as leap seconds. */
    static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The gates as they were reported, in order. */
    List<Gate> gates() {
        return Gate.all(document.tree().path("gates"));
    }
}
