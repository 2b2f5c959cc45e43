package dev.alloy.trace;

import com.fasterxml.jackson.annotation.JsonValue;

/** The forms in which a trace is taken. Source: outcome.md, “Traces”. */
public enum TraceFormat {
    /** The JSON file that the daemon writes for each root event. */
    PROCESS_RESULT("foundry.process_result"),
    /** What a runner makes of a trace that it cannot send. */
    SUMMARY("alloy.trace_summary.v1"),
    /** What {@code foundry trace} prints. */
    CLI_TEXT("foundry.cli_text");

    private final String wireName;

    TraceFormat(String wireName) {
        this.wireName = wireName;
    }

    /** The name in documents and parameters. */
    @JsonValue
    public String wireName() {
        return wireName;
    }
}
