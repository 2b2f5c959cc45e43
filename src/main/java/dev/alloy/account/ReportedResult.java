package dev.alloy.account;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A run result as it was sent, {@code alloy.foundry_run_result.v1}, already valid against its schema.
 *
 * @param document the whole document
 */
public record ReportedResult(JsonNode document) {

    /**
     * One gate's outcome.
     *
     * @param command the command that ran; null where the reporter does not say, which is its word that the approved one ran
     * @param exitCode null where it is not told
     */
    record Gate(
            String name,
            String phase,
            String status,
            boolean required,
            @Nullable String command,
            @Nullable Integer exitCode) {

        static Gate of(JsonNode gate) {
            JsonNode exit = gate.path("exit_code");
            return new Gate(
                    gate.path("name").asString(""),
                    gate.path("phase").asString(""),
                    gate.path("status").asString(""),
                    gate.path("required").booleanValue(false),
                    gate.path("command").asStringOpt().orElse(null),
                    exit.isInt() ? exit.intValue() : null);
        }

        /** A gate that is said to have passed with another exit code than 0 has not. */
        boolean passed() {
            return status.equals("passed") && (exitCode == null || exitCode == 0);
        }

        /** Whether it ran and ended. */
        boolean ran() {
            return !status.equals("skipped");
        }
    }

    /** What a block of Foundry failed with. */
    record FoundryError(String block, String message) {}

    /** A text member; empty where it is absent or no text. */
    public String text(String member) {
        return document.path(member).asString("");
    }

    /** A text member; null where it is absent or no text. */
    public @Nullable String optional(String member) {
        return document.path(member).asStringOpt().orElse(null);
    }

    /** Any member; missing where it is absent. */
    public JsonNode member(String member) {
        return document.path(member);
    }

    /** Foundry's own retries. */
    public int retryCount() {
        return document.path("retry_count").asInt(0);
    }

    /** When the run ended, as told; empty for an instant that the calendar lacks. */
    public Optional<Instant> completedAt() {
        return instant(text("completed_at"));
    }

    /** Whether nothing ran: the runner only played the run. */
    public boolean isSimulated() {
        return document.path("simulated").booleanValue(false);
    }

    /** Whether a person carried it out and typed what came of it. */
    boolean isManual() {
        return document.path("manual").booleanValue(false);
    }

    /** The gates as they were reported, in order. */
    List<Gate> gates() {
        return document.path("gates").valueStream().map(Gate::of).toList();
    }

    /** What Foundry's blocks failed with, in order. */
    List<FoundryError> foundryErrors() {
        return document.path("foundry_errors")
                .valueStream()
                .map(error -> new FoundryError(
                        error.path("block").asString(""), error.path("message").asString("")))
                .toList();
    }

    /** What the runner read from the working copy. */
    RunnerObservations observed() {
        return RunnerObservations.of(document.path("observed"));
    }

    JsonNode changes() {
        return document.path("changes");
    }

    JsonNode summary() {
        return document.path("summary");
    }

    /** Reads an RFC 3339 instant; empty for the few that the format allows and the calendar lacks, such as leap seconds. */
    public static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
