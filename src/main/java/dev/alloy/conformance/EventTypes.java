package dev.alloy.conformance;

import java.util.Set;

/** What Foundry 0.13.0 takes for an event; Emit refuses every other type. */
final class EventTypes {

    private static final Set<String> KNOWN = Set.of(
            "assessment_completed",
            "charter_check_completed",
            "drift_assessment_completed",
            "drift_assessment_requested",
            "execution_completed",
            "gate_resolution_completed",
            "gate_verification_completed",
            "greet_requested",
            "greeting_composed",
            "greeting_delivered",
            "inner_iteration_completed",
            "iteration_requested",
            "local_install_completed",
            "local_skill_install_completed",
            "main_branch_audited",
            "maintenance_requested",
            "maintenance_run_completed",
            "maintenance_run_started",
            "pipeline_check_requested",
            "pipeline_checked",
            "plan_completed",
            "preflight_completed",
            "project_changes_committed",
            "project_changes_pushed",
            "project_iteration_completed",
            "project_maintenance_completed",
            "project_validation_completed",
            "prompt_execution_requested",
            "release_completed",
            "release_pipeline_completed",
            "release_requested",
            "release_tag_audited",
            "remediation_completed",
            "remediation_started",
            "retry_requested",
            "scan_requested",
            "strategic_assessment_completed",
            "strategic_cycle_completed",
            "summarize_completed",
            "triage_completed",
            "validation_completed",
            "validation_requested",
            "vulnerability_detected");

    private EventTypes() {}

    static boolean knows(String type) {
        return KNOWN.contains(type);
    }
}
