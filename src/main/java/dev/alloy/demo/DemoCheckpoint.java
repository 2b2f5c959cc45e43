package dev.alloy.demo;

/** Told after everything that outlives the process: a call that changed something was answered, the journal was written. */
@FunctionalInterface
interface DemoCheckpoint {

    /** Where nobody listens. */
    DemoCheckpoint NONE = () -> {};

    /** May throw an {@link Error}: whatever follows must be able to begin here in another process. */
    void passed();
}
