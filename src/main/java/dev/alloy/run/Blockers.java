package dev.alloy.run;

import dev.alloy.compilation.Brief;
import dev.alloy.compilation.TargetEvaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Says what keeps a run from every runner. Source: dispatch.md, “Why is my run not running?”. */
@Component
@Transactional(readOnly = true)
class Blockers {

    private final ApprovalReasons approvals;
    private final ManualRuns manual;
    private final StopConditions stops;
    private final JdbcClient jdbc;

    Blockers(ApprovalReasons approvals, ManualRuns manual, StopConditions stops, JdbcClient jdbc) {
        this.approvals = approvals;
        this.manual = manual;
        this.stops = stops;
        this.jdbc = jdbc;
    }

    /** What keeps a queued or offered run, the first to be dealt with first. */
    List<DispatchReason> ofWaiting(RunRequest run, Brief brief, TargetEvaluation target) {
        List<DispatchReason> blockers = new ArrayList<>(approvals.of(run, brief));
        if (run.isParkedByRestore()) {
            blockers.add(restored(run));
        } else if (run.parkedAt() != null) {
            blockers.add(new DispatchReason(
                    "parked",
                    "No runner answered its offers; it was parked at " + run.parkedAt() + ".",
                    "Find out why the runners do not accept it, then requeue the run."));
        }
        busyWith(run)
                .ifPresent(other -> blockers.add(new DispatchReason(
                        "branch-busy",
                        "The run " + other + " works on the branch " + run.branch() + ", or is lost there.",
                        "Wait for that run to end, or resolve it if it is lost.")));
        if (manual.isManualOnly(run)) {
            blockers.add(
                    new DispatchReason(
                            "manual-only",
                            "Nothing is dispatched to this installation: a person takes the bundle there.",
                            "Fetch the brief's bundle and run it by hand, or compile for an installation that a runner serves."));
        } else if (!target.standing().holds()) {
            blockers.add(
                    new DispatchReason(
                            "manifest-mismatch",
                            target.because() + rows(target),
                            target.isOfRetired()
                                    ? "Compile the intent for another installation, and request a run of that brief."
                                    : "Compile the brief again for what the installation can do now, and request a run of that."));
        } else if (stops.isThrottleMissing(run)) {
            blockers.add(
                    new DispatchReason(
                            "manifest-mismatch",
                            "The run asks for less than its brief, by the throttle " + run.throttle()
                                    + ", and the installation does not list that mode now.",
                            "Request a run with a throttle that the installation lists, or have it report a manifest that lists this one."));
        }
        return blockers;
    }

    /** It may have started in the time that this database does not know. */
    private static DispatchReason restored(RunRequest run) {
        String reported = run.lateReports() == 0
                ? ""
                : " Its late reports may say how it went: a runner may have reported an attempt that this database does not know.";
        return new DispatchReason(
                Transition.RESTORED,
                "The database was put back to an earlier moment at " + run.parkedAt()
                        + "; the run may have started in the time that is gone." + reported,
                "Look at the repository, Foundry and the runners. Requeue the run (approve_mutation) only if it never started; otherwise cancel it.");
    }

    private Optional<String> busyWith(RunRequest run) {
        return jdbc.sql("""
                        select run_request_id from branch_holds
                        where organization_id = :organization and project_id = :project and branch = :branch
                          and run_request_id <> :run and :effect = 'mutating'
                        """)
                .param("organization", run.organizationId())
                .param("project", run.projectId())
                .param("branch", run.branch())
                .param("run", run.id())
                .param("effect", run.effect())
                .query(String.class)
                .optional();
    }

    private static String rows(TargetEvaluation target) {
        return target.differences().isEmpty()
                ? ""
                : " "
                        + String.join(
                                "; ",
                                target.differences().stream()
                                        .map(row -> row.feature() + ": " + row.pinned() + " → " + row.now())
                                        .toList())
                        + ".";
    }

    /** What keeps a run that awaits an approval. What an approval will not change is said behind what it will. */
    List<DispatchReason> ofUnapproved(RunRequest run, Brief brief) {
        List<DispatchReason> reasons = new ArrayList<>(approvals.of(run, brief));
        if (run.isParkedByRestore()) {
            reasons.add(restored(run));
        }
        return reasons;
    }
}
