package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Projects;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Says what an approval has to cover for a run. */
@Component
@Transactional(readOnly = true)
class ApprovalRequirements {

    private final Projects projects;

    ApprovalRequirements(Projects projects) {
        this.projects = projects;
    }

    /** What an approval has to cover for the run, as its project's rules are now. */
    Approvals.Requirement of(RunRequest run) {
        return new Approvals.Requirement(
                run.id(),
                run.formationBriefId(),
                run.briefDigest(),
                run.promptPackDigest(),
                ApprovalScope.neededFor(run.entryEvent(), run.throttle()),
                run.repoRevision(),
                run.branch(),
                run.requestedBy(),
                projects.get(Caller.system(run.organizationId()), run.projectId())
                        .fourEyes(),
                run.needsNewApproval() ? run.createdAt() : null);
    }

    /** The same for a run that is not stored yet, and is none of those that need an approval given after their request. */
    static Approvals.Requirement of(NewRun run, boolean fourEyes) {
        return new Approvals.Requirement(
                run.id(),
                run.formationBriefId(),
                run.briefDigest(),
                run.promptPackDigest(),
                ApprovalScope.neededFor(run.entryEvent(), run.throttle()),
                run.repoRevision(),
                run.branch(),
                run.requestedBy(),
                fourEyes,
                null);
    }
}
