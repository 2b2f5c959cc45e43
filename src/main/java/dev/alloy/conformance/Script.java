package dev.alloy.conformance;

import java.io.IOException;

/** What a chain does that begins with some entry event. An exception ends the chain as a panic ends one of the real daemon: no trace. */
@FunctionalInterface
public interface Script {

    /** Plays the chain; its root event has been told already. */
    void play(EventChain chain) throws IOException, InterruptedException;
}
