package dev.alloy.bridge;

/**
 * The stages of an attempt. Each is written to the disk before what it names is done. Source: dispatch.md, “Runner
 * protocol”; foundry.md.
 */
enum AttemptStage {
    /** The claim is chosen. After a crash: accepted again with the same claim. */
    OFFERED,
    /** The lease is here. After a crash: prepared from the beginning. */
    ACCEPTED,
    /** The working copy is being changed. After a crash: cleaned and prepared from the beginning. */
    PREPARING,
    /** The working copy is ready. After a crash: as above. */
    PREPARED,
    /** The server is told that it begins. After a crash: told again; Foundry knows nothing yet. */
    STARTING,
    /**
     * Foundry is told. After a crash: looked for by the trace id; told again only where nothing is found and nothing
     * can have changed.
     */
    EMITTING,
    /** Foundry is at work and its root event is known. After a crash: followed on. */
    EMITTED,
    /** The result is here. After a crash: reported, the same bytes. */
    ENDED,
    /** What Foundry did is unknown; a person is told. Looked for once more at each start. */
    UNKNOWN,
    /** The result was told, while Foundry was still at work. The working copy is left when it has stopped. */
    LEFT;

    boolean isBefore(AttemptStage other) {
        return compareTo(other) < 0;
    }
}
