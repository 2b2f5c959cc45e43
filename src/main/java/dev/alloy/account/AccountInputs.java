package dev.alloy.account;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All that an account is made of.
 *
 * @param run the run as it was requested, and where it is
 * @param approved what was approved
 * @param gates the gates of its overlays
 * @param definitions the evidence that its brief asks for
 * @param result its result; null where none was taken
 * @param left what its runner says stayed behind, where no result says it
 * @param traces the traces that are its own, the newest first
 * @param disbelieved the first few of those that were sent under its name and are not its own
 * @param observations what people and runners said of its evidence
 * @param conflicts other results that were sent for the same attempt and differ from the one taken
 */
public record AccountInputs(
        Run run,
        Approved approved,
        List<ApprovedGate> gates,
        List<Definition> definitions,
        @Nullable Reported result,
        LeftBehind left,
        List<Trace> traces,
        List<DisbelievedTrace> disbelieved,
        List<Observation> observations,
        List<Conflict> conflicts) {

    /** Copies the lists. */
    public AccountInputs {
        gates = List.copyOf(gates);
        definitions = List.copyOf(definitions);
        traces = List.copyOf(traces);
        disbelieved = List.copyOf(disbelieved);
        observations = List.copyOf(observations);
        conflicts = List.copyOf(conflicts);
    }

    /**
     * What stayed behind on the machine of a runner that does not know how its run ended.
     *
     * @param branch null for none
     * @param stash of Git, for what is uncommitted; null for none
     */
    public record LeftBehind(
            @Nullable String branch, @Nullable String stash) {

        /** Nothing is known to be left. */
        public static final LeftBehind NOTHING = new LeftBehind(null, null);
    }

    /**
     * A trace that is not the run's own.
     *
     * @param because why it is not believed, a sentence
     * @param witness who sent it
     */
    public record DisbelievedTrace(String id, String because, Witness witness) {}

    /** How far the run is. */
    public enum Stage {
        /** It has not ended. */
        UNDER_WAY,
        /** It has not ended, and its brief was archived or rejected: its evidence is no longer awaited. */
        OUT_OF_USE,
        /** It has ended. */
        ENDED
    }

    /**
     * The run.
     *
     * @param status its state; what ended it where no result did
     * @param cause why it failed; null where it did not, or where its result is still to be judged
     * @param readOnly whether its effect is {@code read_only}
     * @param startedRevision the revision its newest attempt started at; null where it never did
     * @param traceId of its newest attempt; null where there is none
     * @param cancelRequested whether it was to be cancelled while executing
     */
    public record Run(
            String id,
            Stage stage,
            String status,
            @Nullable Cause cause,
            boolean readOnly,
            String branch,
            @Nullable String startedRevision,
            @Nullable String traceId,
            @Nullable Instant startedAt,
            boolean cancelRequested) {

        /** The same at the moment in which a result ends it. */
        public Run ending() {
            return new Run(
                    id,
                    Stage.ENDED,
                    status,
                    null,
                    readOnly,
                    branch,
                    startedRevision,
                    traceId,
                    startedAt,
                    cancelRequested);
        }
    }

    /**
     * What was requested and approved.
     *
     * @param revision the approved one, which may be shortened
     * @param anyRevision whether the approval lets any other run too
     */
    public record Approved(
            String briefId,
            String briefDigest,
            String projectId,
            String throttle,
            String entryEvent,
            String revision,
            boolean anyRevision) {

        boolean isFull() {
            return throttle.equals("full");
        }
    }

    /**
     * A gate of an approved overlay.
     *
     * @param commandDigest SHA-256 of the approved command
     * @param mode {@code advisory}, {@code required_for_dry_run} or {@code required_for_mutation}
     */
    public record ApprovedGate(String name, String commandDigest, String mode) {

        /** Whether the overlay requires it, at whatever throttle. */
        public boolean isRequired() {
            return !mode.equals("advisory");
        }

        boolean isForMutation() {
            return mode.equals("required_for_mutation");
        }
    }

    /**
     * One evidence definition.
     *
     * @param kind {@code automated_test}, {@code static_check}, {@code trace} or {@code human_review}
     * @param gate the gate that decides it; null for none
     */
    public record Definition(
            String key,
            String kind,
            boolean required,
            @Nullable String gate) {

        boolean isAutomated() {
            return !kind.equals("human_review");
        }
    }

    /**
     * The result that was taken.
     *
     * @param id of the kept result
     * @param digest of its bytes as received
     * @param result the document
     * @param witness {@link Witness#REPORT} or {@link Witness#CALLBACK}
     * @param receivedAt when it came, by the database's clock
     */
    public record Reported(String id, String digest, ReportedResult result, Witness witness, Instant receivedAt) {}

    /**
     * A trace that is the run's own.
     *
     * @param id the trace import
     * @param summary {@code alloy.trace_summary.v1}, or its excerpt
     * @param witness {@link Witness#TRACE}, {@link Witness#SUMMARY} or {@link Witness#PERSON}
     * @param mismatches what in it is not what was approved, a sentence each; only a runner's own trace is here with any
     */
    public record Trace(String id, JsonNode summary, Witness witness, List<String> mismatches) {

        /** Copies the list. */
        public Trace {
            mismatches = List.copyOf(mismatches);
        }
    }

    /**
     * What an observer said of one evidence definition.
     *
     * @param key of the definition
     * @param observer who; a runner is one observer, even if it reports for others
     * @param byRunner whether a runner said it
     * @param status {@code satisfied}, {@code partially_satisfied}, {@code not_satisfied} or {@code unknown}
     */
    public record Observation(
            String key, String id, String observer, boolean byRunner, String status, Instant observedAt) {}

    /**
     * A result that differs from the one taken.
     *
     * @param failedGates gates that it says failed
     */
    public record Conflict(Set<String> failedGates) {

        /** Copies the set. */
        public Conflict {
            failedGates = Set.copyOf(failedGates);
        }
    }
}
