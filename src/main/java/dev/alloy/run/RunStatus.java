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
    /** No approval fits yet. */
    AWAITING_APPROVAL(
            "Waits for an approval that fits.",
            "An approval of the brief, `decline`, `cancel`, or its `expires_at`.",
            "Nothing: the run waits."),
    /** May be offered to a runner. */
    QUEUED(
            "Waits for an eligible runner to poll.",
            "A poll, `cancel`, the end of its time in the queue; `resolve` if a person carries it out by hand.",
            "Nothing: any replica offers it."),
    /** Reserved for one runner. */
    OFFERED(
            "Was offered to a runner that has not answered yet.",
            "`accepted`, `cancel`, or the end of the offer, which requeues it; after the last allowed offer it is parked.",
            "The offer ends by itself; until then the runner's polls get the same one."),
    /** A runner prepares: artifacts, branch. Nothing of it has run. */
    ACCEPTED(
            "A runner has the lease and prepares; nothing has run.",
            "`started`, `failed`, `release`, `cancel`, the end of the lease or of the runner.",
            "The lease expires and the run is requeued, or fails after its last allowed attempt."),
    /** The mutation marker is set: Foundry may be at work. */
    EXECUTING(
            "Foundry is at work; its runner's report will end the run.",
            "`completed`, `failed`, or the end of the lease.",
            "The lease expires. A read_only run is requeued or cancelled; one that may have changed something is lost."),
    /** Ended: done, every required gate met. */
    COMPLETED("Ended without findings.", "Nothing.", "Nothing."),
    /** Ended: done, with something unmet that this throttle forgives. */
    COMPLETED_WITH_FINDINGS("Ended; a person has to look at something.", "Nothing.", "Nothing."),
    /** Ended: not done, or not believed. */
    FAILED("Ended as failed; category and code say why.", "Nothing.", "Nothing."),
    /** Ended: called off. */
    CANCELLED("Ended because it was cancelled.", "Nothing.", "Nothing."),
    /** Nobody knows how it ended. */
    LOST(
            "The outcome is unknown; a person must look.",
            "The late report of its own attempt, or `resolve`.",
            "Nothing: it is never rerun automatically, and its branch stays busy.");

    private static final Set<RunStatus> ENDED = EnumSet.of(COMPLETED, COMPLETED_WITH_FINDINGS, FAILED, CANCELLED);

    /** A runner is kept for it. */
    private static final Set<RunStatus> TAKES_A_PLACE = EnumSet.of(OFFERED, ACCEPTED, EXECUTING);

    /** No other mutating run of its branch is offered. */
    private static final Set<RunStatus> TAKES_ITS_BRANCH = EnumSet.of(ACCEPTED, EXECUTING, LOST);

    private final String sentence;
    private final String movedOnBy;
    private final String afterACrash;

    RunStatus(String sentence, String movedOnBy, String afterACrash) {
        this.sentence = sentence;
        this.movedOnBy = movedOnBy;
        this.afterACrash = afterACrash;
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

    /** Who or what moves it on, for people. */
    public String movedOnBy() {
        return movedOnBy;
    }

    /** What a crash of its runner, or of this service, leaves behind, for people. */
    public String afterACrash() {
        return afterACrash;
    }

    /** Whether nothing can change any more. */
    public boolean isTerminal() {
        return ENDED.contains(this);
    }

    /** Whether moving to {@code next} lets a waiting poll have something: the run itself, its branch or a place at its runner. */
    boolean frees(RunStatus next) {
        return next == QUEUED
                || TAKES_A_PLACE.contains(this) && !TAKES_A_PLACE.contains(next)
                || TAKES_ITS_BRANCH.contains(this) && !TAKES_ITS_BRANCH.contains(next);
    }

    /** The states it can move to. */
    public Set<RunStatus> next() {
        return switch (this) {
            case AWAITING_APPROVAL -> EnumSet.of(QUEUED, FAILED, CANCELLED);
            case QUEUED -> EnumSet.of(OFFERED, COMPLETED, COMPLETED_WITH_FINDINGS, FAILED, CANCELLED);
            case OFFERED -> EnumSet.of(ACCEPTED, QUEUED, CANCELLED);
            case ACCEPTED -> EnumSet.of(EXECUTING, QUEUED, FAILED, CANCELLED);
            case EXECUTING -> EnumSet.of(COMPLETED, COMPLETED_WITH_FINDINGS, FAILED, CANCELLED, QUEUED, LOST);
            case LOST -> EnumSet.copyOf(ENDED);
            case COMPLETED, COMPLETED_WITH_FINDINGS, FAILED, CANCELLED -> EnumSet.noneOf(RunStatus.class);
        };
    }
}
