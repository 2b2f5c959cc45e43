package dev.alloy.bridge;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run did, as far as Foundry tells.
 *
 * @param foundryRunId the root event; null where none is known
 * @param summary {@code alloy.trace_summary.v1}; null where no trace can be read
 * @param unread why no trace can be read; null where one can
 * @param trace the trace as a file to upload; null where there is none
 * @param traceFormat of that file
 * @param word what a person said instead, or a simulation: {@code status}, {@code notes?}, {@code gates?}; null where Foundry ran by itself
 */
record FoundryOutcome(
        @Nullable String foundryRunId,
        @Nullable ObjectNode summary,
        @Nullable String unread,
        @Nullable Path trace,
        String traceFormat,
        @Nullable JsonNode word) {

    static final String PROCESS_RESULT = "foundry.process_result";
    static final String CLI_TEXT = "foundry.cli_text";
    static final String SUMMARY = "alloy.trace_summary.v1";

    static FoundryOutcome of(String rootEvent, ObjectNode summary, @Nullable Path trace, String format) {
        return new FoundryOutcome(rootEvent, summary, null, trace, format, null);
    }

    static FoundryOutcome unread(String rootEvent, String why) {
        return new FoundryOutcome(rootEvent, null, why, null, PROCESS_RESULT, null);
    }

    static FoundryOutcome told(@Nullable String foundryRunId, JsonNode word) {
        return new FoundryOutcome(foundryRunId, null, null, null, PROCESS_RESULT, word);
    }
}
