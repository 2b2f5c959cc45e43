package dev.alloy.contract.foundry;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The events Alloy may emit: the allow-list. Every other type Foundry accepts is a fact in the middle of a chain. Source:
 * foundry.md, “Events”.
 */
public enum EntryEvent {
    /** Three events without an agent: is Foundry there? */
    GREET_REQUESTED(Family.INSPECTION, ReadOnly.AT_DRY_RUN, null),
    /** Runs the gates and reports. */
    VALIDATION_REQUESTED(Family.INSPECTION, ReadOnly.ALWAYS, "validate"),
    /** Assess, triage, plan, execute, verify; the ordinary way to change code. */
    ITERATION_REQUESTED(Family.CHANGE, ReadOnly.AT_DRY_RUN, "iterate"),
    /** One prompt to the mutating agent. */
    PROMPT_EXECUTION_REQUESTED(Family.CHANGE, ReadOnly.AT_DRY_RUN, "prompt"),
    /** Offered by some manifests only; unknown to Foundry 0.13.0. */
    EXECUTION_REQUESTED(Family.CHANGE, ReadOnly.NEVER, null),
    /** Upkeep of one project. */
    MAINTENANCE_REQUESTED(Family.UPKEEP, ReadOnly.NEVER, "maintain"),
    /** Upkeep of every project; deletes merged branches even at dry_run. */
    MAINTENANCE_RUN_STARTED(Family.UPKEEP, ReadOnly.NEVER, null),
    /** Looks for vulnerable dependencies. */
    SCAN_REQUESTED(Family.SECURITY, ReadOnly.AT_DRY_RUN, null),
    /** Remediates one vulnerability. */
    VULNERABILITY_DETECTED(Family.SECURITY, ReadOnly.NEVER, null),
    /** Compares the code with its charter. */
    DRIFT_ASSESSMENT_REQUESTED(Family.INSPECTION, ReadOnly.ALWAYS, null),
    /** Looks at the build pipeline. */
    PIPELINE_CHECK_REQUESTED(Family.PIPELINE, ReadOnly.NEVER, null),
    /** Cuts a release. */
    RELEASE_REQUESTED(Family.PIPELINE, ReadOnly.NEVER, null);

    private enum ReadOnly {
        NEVER,
        AT_DRY_RUN,
        ALWAYS
    }

    private enum Family {
        CHANGE,
        INSPECTION,
        UPKEEP,
        SECURITY,
        PIPELINE
    }

    private final String wire = name().toLowerCase(Locale.ROOT);
    private final Family family;
    private final ReadOnly readOnly;
    private final @Nullable String ownWorkflow;

    EntryEvent(Family family, ReadOnly readOnly, @Nullable String ownWorkflow) {
        this.family = family;
        this.readOnly = readOnly;
        this.ownWorkflow = ownWorkflow;
    }

    /** The event type in documents, such as {@code iteration_requested}. */
    public String wire() {
        return wire;
    }

    /** Reads an event type; empty for everything outside the allow-list. */
    public static Optional<EntryEvent> parse(@Nullable String text) {
        return Stream.of(values()).filter(event -> event.wire.equals(text)).findFirst();
    }

    /** The {@code workflow} that leaves the chain as it is, or empty when any would reroute it. */
    public Optional<String> ownWorkflow() {
        return Optional.ofNullable(ownWorkflow);
    }

    /** Whether this {@code workflow} leaves the chain as it is. */
    public boolean isOwnWorkflow(JsonNode workflow) {
        return ownWorkflow != null && workflow.isString() && ownWorkflow.equals(workflow.stringValue());
    }

    /** Whether nothing is changed at this throttle, as long as nothing reroutes the chain. */
    public boolean isReadOnlyAt(Throttle throttle) {
        return readOnly == ReadOnly.ALWAYS || readOnly == ReadOnly.AT_DRY_RUN && throttle == Throttle.DRY_RUN;
    }

    /** Whether the other serves a similar end. */
    public boolean isKinOf(EntryEvent other) {
        return family == other.family;
    }
}
