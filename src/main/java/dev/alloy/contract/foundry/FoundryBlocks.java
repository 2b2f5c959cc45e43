package dev.alloy.contract.foundry;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the blocks of Foundry 0.13.0 say of themselves in a trace. Pure. Source: foundry.md, “Blocks” and “Files”. */
public final class FoundryBlocks {

    private static final String SIMULATED = "dry-run (simulated)";
    private static final String THROTTLED = "skipped (throttle)";

    private static final Set<String> MUTATORS = Set.of(
            "Deliver Greeting",
            "Remediate Vulnerability",
            "Commit and Push",
            "Cut Release",
            "Execute Release",
            "Watch Pipeline",
            "Install Locally",
            "Execute Maintain",
            "Retry Execution",
            "Remediate Pipeline",
            "Execute Plan");

    private static final Set<String> OBSERVERS = Set.of(
            "Fan Out Maintenance",
            "Validate Project",
            "Compose Greeting",
            "Scan Dependencies",
            "Audit Release Tag",
            "Audit Main Branch",
            "Cleanup Branches",
            "Route Project Workflow",
            "Resolve Gates",
            "Run Preflight Gates",
            "Run Verify Gates",
            "Route Gate Result",
            "Route Validation Result",
            "Summarize Result",
            "Check Charter",
            "Assess Project",
            "Triage Assessment",
            "Create Plan",
            "Direct Prompt",
            "Strategic Assessor",
            "Strategic Loop Controller",
            "Check Pipeline",
            "Scout Drift",
            "Generate Summary");

    /** Failing is how these say that a gate failed. */
    private static final Set<String> VERDICTS =
            Set.of("Run Preflight Gates", "Run Verify Gates", "Route Gate Result", "Route Validation Result");

    /** A block that does not concern itself with an event says so in one of these ways. */
    private static final Pattern SELF_SKIPPED = Pattern.compile("(?:Skipped: |Scan skipped: ).*"
            + "|[^\\n]{1,300}: skipped (?:\\(|— ).*"
            + "|[^\\n]{1,300}: (?:preflight skipped for .*|no automation actions enabled|charter check failed, no gates to resolve)"
            + "|Project [^\\n]{1,300} skipped"
            + "|No changes to commit"
            + "|per-project run \\(project=.*\\), fan-out not applicable"
            + "|Pipeline is passing, no remediation needed");

    private FoundryBlocks() {}

    /** What became of a block. */
    public enum Fate {
        /** It ran. */
        EXECUTED,
        /** It looked at the event and left it to others. */
        SKIPPED,
        /** The throttle had it only pretend. */
        SIMULATED,
        /** The throttle kept it from running at all. */
        THROTTLED
    }

    /** What became of a block that says this of itself. */
    public static Fate fate(boolean success, String summary) {
        if (summary.equals(SIMULATED)) {
            return Fate.SIMULATED;
        }
        if (summary.equals(THROTTLED)) {
            return Fate.THROTTLED;
        }
        return success && SELF_SKIPPED.matcher(summary).matches() ? Fate.SKIPPED : Fate.EXECUTED;
    }

    /** All that are known, in the order of their names. */
    public static List<String> names() {
        return Stream.concat(MUTATORS.stream(), OBSERVERS.stream()).sorted().toList();
    }

    /** Whether the block changes something. */
    public static boolean isMutator(String block) {
        return MUTATORS.contains(block);
    }

    /** Whether a failure of this block that emits an event is a verdict on gates, and no failure of Foundry's. */
    public static boolean isVerdict(String block) {
        return VERDICTS.contains(block);
    }

    /** Whether Alloy does not know what a block of this name does. */
    public static boolean isUnknown(String block) {
        return !MUTATORS.contains(block) && !OBSERVERS.contains(block);
    }
}
