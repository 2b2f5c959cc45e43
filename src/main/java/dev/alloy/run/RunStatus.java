package dev.alloy.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The states of a run request and the moves between them. The database's CHECK says the same; a test compares the two.
 * Source: dispatch.md, “States”.
 */
public enum RunStatus {
    /** No approval fits yet. An approval moves it on. */
    AWAITING_APPROVAL("Waits for an approval that fits."),
    /** May be offered to a runner. A poll moves it on. */
    QUEUED("Waits for an eligible runner to poll."),
    /** Reserved for one runner. Its acceptance moves it on; when the offer ends, another runner may have it. */
    OFFERED("Was offered to a runner that has not answered yet."),
    /** A runner prepares: artifacts, branch. Nothing of it has run. */
    ACCEPTED("A runner has the lease and prepares; nothing has run."),
    /** The mutation marker is set: Foundry may be at work. Only the runner's word ends it. */
    EXECUTING("Foundry is at work; its runner's word will end the run."),
    /** Ended: done, every required gate met. */
    COMPLETED("Ended without findings."),
    /** Ended: done, with something unmet that this throttle forgives. */
    COMPLETED_WITH_FINDINGS("Ended; something needs a person's eye."),
    /** Ended: not done, or not believed. */
    FAILED("Ended as failed; category and code say why."),
    /** Ended: called off. */
    CANCELLED("Ended because it was cancelled."),
    /** Nobody knows how it ended. Waits for the late word of its own attempt or for a person. */
    LOST("The outcome is unknown; a person must look.");

    private static final Set<RunStatus> ENDED = EnumSet.of(COMPLETED, COMPLETED_WITH_FINDINGS, FAILED, CANCELLED);

    private final String sentence;

    RunStatus(String sentence) {
        this.sentence = sentence;
    }

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of this wire name; the name must be one. */
    public static RunStatus of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /** What it means, for people. */
    public String sentence() {
        return sentence;
    }

    /** Whether nothing can change any more. */
    public boolean isTerminal() {
        return ENDED.contains(this);
    }

    /** The states it can move to. */
    public Set<RunStatus> next() {
        return switch (this) {
            case AWAITING_APPROVAL -> EnumSet.of(QUEUED, FAILED, CANCELLED);
            case QUEUED -> EnumSet.of(OFFERED, AWAITING_APPROVAL, FAILED, CANCELLED);
            case OFFERED -> EnumSet.of(ACCEPTED, OFFERED, QUEUED, FAILED, CANCELLED);
            case ACCEPTED -> EnumSet.of(EXECUTING, QUEUED, FAILED, CANCELLED);
            case EXECUTING -> EnumSet.of(COMPLETED, COMPLETED_WITH_FINDINGS, FAILED, CANCELLED, QUEUED, LOST);
            case LOST -> EnumSet.copyOf(ENDED);
            case COMPLETED, COMPLETED_WITH_FINDINGS, FAILED, CANCELLED -> EnumSet.noneOf(RunStatus.class);
        };
    }
}
