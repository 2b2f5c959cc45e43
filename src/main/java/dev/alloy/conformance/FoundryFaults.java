package dev.alloy.conformance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What goes wrong with a {@link FakeFoundry}, and where it waits. May be changed at any moment. */
public final class FoundryFaults {

    /** What becomes of one call of Emit. */
    public enum EmitFault {
        /** {@code UNAVAILABLE}, and nothing has happened. */
        REFUSED,
        /** {@code UNAVAILABLE}, and the chain runs all the same: the answer was lost. */
        ANSWER_LOST,
        /** The chain runs, and the answer has an empty event id. */
        EMPTY_ID
    }

    /** What the Trace call answers in place of the trace. */
    public enum TraceFault {
        /** Nothing is wrong. */
        NONE,
        /** Found, and without any event. */
        WITHOUT_EVENTS,
        /** More than the 4 MiB that gRPC clients take unless they are told otherwise. */
        HUGE
    }

    private static final String ANY_BLOCK = "";

    private final Deque<EmitFault> emits = new ArrayDeque<>();
    private final Set<String> held = new HashSet<>();
    private final Map<String, Integer> asked = new HashMap<>();
    private TraceFault trace = TraceFault.NONE;
    private int hiddenAsks;
    private boolean deaf;
    private int waiting;

    FoundryFaults() {}

    /** Chains wait behind their root event until {@link #release}. */
    public synchronized void hold() {
        held.add(ANY_BLOCK);
    }

    /** Chains wait before this block until {@link #release}. */
    public synchronized void holdBefore(String block) {
        held.add(block);
    }

    /** Releases all that wait, for good. */
    public synchronized void release() {
        held.clear();
        notifyAll();
    }

    /** Whether a chain waits. */
    public synchronized boolean isHolding() {
        return waiting > 0;
    }

    /** The next call of Emit goes so; may be called for several calls. */
    public synchronized void nextEmit(EmitFault fault) {
        emits.add(fault);
    }

    /** So many calls of Trace answer “not found” for each chain that has ended. */
    public synchronized void hideTraces(int asks) {
        hiddenAsks = asks;
    }

    /** What Trace answers from now on. */
    public synchronized void traces(TraceFault fault) {
        trace = fault;
    }

    /** Watch says nothing any more, as to a reader that is too slow. */
    public synchronized void dropWatchedEvents(boolean dropped) {
        deaf = dropped;
    }

    synchronized void pass(String block) throws InterruptedException {
        while (held.contains(ANY_BLOCK) || held.contains(block)) {
            waiting++;
            try {
                wait();
            } finally {
                waiting--;
            }
        }
    }

    synchronized @Nullable EmitFault takeEmitFault() {
        return emits.poll();
    }

    synchronized boolean isHidden(String rootId) {
        return asked.merge(rootId, 1, Integer::sum) <= hiddenAsks;
    }

    synchronized TraceFault traceFault() {
        return trace;
    }

    synchronized boolean dropsWatchedEvents() {
        return deaf;
    }
}
