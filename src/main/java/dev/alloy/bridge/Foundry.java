package dev.alloy.bridge;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Foundry, in one of the ways it can be reached. Source: foundry.md. */
interface Foundry extends AutoCloseable {

    /** The name of the way: {@code grpc}, {@code cli}, {@code simulated} or {@code manual}. */
    String mode();

    /** Whether a working copy and Foundry's registry are needed. */
    boolean worksInACopy();

    /** Stops with what to do where Foundry cannot be reached. */
    void requireReachable();

    /** Whether Foundry is at work on a project at this moment, for whomever. */
    boolean isBusyWith(String project);

    /**
     * Tells Foundry to begin, exactly once: nothing here tries again.
     *
     * @return the id of the root event
     * @throws NotEmitted when it is certain that Foundry took nothing
     * @throws EmitUnclear when Foundry may have begun
     */
    String emit(EmitCommand emission) throws NotEmitted, EmitUnclear;

    /** The root event of what was emitted, if it can be found anywhere: in flight, in the log of events, among the traces. */
    Optional<String> find(EmitCommand emission);

    /** Where a run stands. */
    Standing standing(EmitCommand emission, String rootEvent);

    /** What a run that has ended did. */
    FoundryOutcome outcome(EmitCommand emission, String rootEvent);

    /** Tells of events as they happen, as far as they can be seen; closed by the listener. */
    AutoCloseable watch(EmitCommand emission, Consumer<Progress.Seen> listener);

    @Override
    void close();

    /** Where a run stands. */
    enum Standing {
        /** Foundry is at work. */
        RUNNING,
        /** It has ended, and what it did can be asked for. */
        ENDED,
        /** Foundry knows nothing of it. */
        NOWHERE,
        /** Foundry cannot be asked at this moment. */
        UNREACHABLE
    }

    /** Foundry took nothing, and why. */
    final class NotEmitted extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean refused;

        /**
         * @param refused whether Foundry was there and did not want it; else it was not there
         */
        NotEmitted(String why, boolean refused) {
            super(why);
            this.refused = refused;
        }

        boolean isRefused() {
            return refused;
        }
    }

    /** Foundry may have begun, or not. */
    final class EmitUnclear extends Exception {
        private static final long serialVersionUID = 1L;

        EmitUnclear(@Nullable String why) {
            super(why);
        }
    }
}
