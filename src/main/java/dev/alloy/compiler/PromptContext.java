package dev.alloy.compiler;

import dev.alloy.contract.foundry.Throttle;
import java.util.List;

/** What the phase documents are written from: the intent, and where and how far a run may go. */
record PromptContext(Intent intent, String projectId, RepoContext repo, String branch, Throttle throttle) {

    /** Required evidence that speaks for the capability. */
    List<PlannedEvidence> requiredEvidenceFor(Intent.Capability capability) {
        return intent.evidence().stream()
                .filter(PlannedEvidence::required)
                .filter(evidence -> evidence.capabilityIds().contains(capability.id()))
                .toList();
    }

    /** Evidence that the gate decides. */
    List<PlannedEvidence> evidenceOf(Intent.Gate gate) {
        return intent.evidence().stream()
                .filter(evidence -> gate.name().equals(evidence.gate()))
                .toList();
    }
}
