package dev.alloy.attestation;

import dev.alloy.compilation.Approval;
import tools.jackson.databind.node.ObjectNode;

/** Says what an approval allows, of exactly which bytes. Pure. */
final class ApprovalStatements {

    private ApprovalStatements() {}

    static Statement of(Approval approval) {
        Statement statement = new Statement(Statement.APPROVAL)
                .about("formation-briefs/" + approval.formationBriefId(), approval.briefDigest())
                .about("prompt-packs/" + approval.promptPackId(), approval.promptPackDigest());
        approval.overlayDigests().forEach(digest -> statement.about("gate-overlay", digest));
        ObjectNode predicate = statement.predicate();
        predicate.put("approval_id", approval.id());
        predicate.put("organization_id", approval.organizationId());
        predicate.put("project_id", approval.projectId());
        predicate.put("approved_by", approval.approvedBy());
        predicate.put("approved_at", approval.createdAt().toString());
        predicate.put("expires_at", approval.expiresAt().toString());
        predicate.put("scope", approval.scope().wireName());
        predicate.put("repo_revision", approval.repoRevision());
        predicate.put("drift_policy", approval.driftPolicy().wireName());
        predicate.put("branch", approval.branch());
        predicate.put("comment", approval.comment());
        return statement;
    }
}
