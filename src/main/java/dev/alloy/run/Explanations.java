package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.TargetEvaluation;
import dev.alloy.compilation.Targets;
import dev.alloy.database.DatabaseClock;
import dev.alloy.runner.Runners;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Says why a run is where it is. Source: dispatch.md, “Why is my run not running?”. */
@Service
@Transactional(readOnly = true)
public class Explanations {

    private final Runs runs;
    private final Attempts attempts;
    private final Briefs briefs;
    private final ApprovalReasons approvals;
    private final Targets targets;
    private final Runners runners;
    private final ManualRuns manual;
    private final StopConditions stops;
    private final RunnerConditions conditions;
    private final DatabaseClock clock;
    private final JdbcClient jdbc;

    Explanations(
            Runs runs,
            Attempts attempts,
            Briefs briefs,
            ApprovalReasons approvals,
            Targets targets,
            Runners runners,
            ManualRuns manual,
            StopConditions stops,
            RunnerConditions conditions,
            DatabaseClock clock,
            JdbcClient jdbc) {
        this.runs = runs;
        this.attempts = attempts;
        this.briefs = briefs;
        this.approvals = approvals;
        this.targets = targets;
        this.runners = runners;
        this.manual = manual;
        this.stops = stops;
        this.conditions = conditions;
        this.clock = clock;
        this.jdbc = jdbc;
    }

    /** The explanation of a run within the caller's reach; else {@code not-found}. */
    public DispatchExplanation explain(Caller caller, String id) {
        RunRequest run = runs.get(caller, id);
        Brief brief = briefs.get(Caller.system(run.organizationId()), run.formationBriefId());
        Instant now = clock.now();
        return switch (run.status()) {
            case AWAITING_APPROVAL -> unoffered(run, unapproved(run, brief));
            case QUEUED, OFFERED -> waiting(run, brief, now);
            case ACCEPTED, EXECUTING -> atWork(run);
            case LOST -> lost(run);
            default -> unoffered(run, declined(run));
        };
    }

    /** An end that its requester can do something about. */
    private static List<DispatchReason> declined(RunRequest run) {
        if (run.declinedBy() == null) {
            return List.of();
        }
        String remedy = run.remedy();
        return List.of(new DispatchReason(
                "declined",
                run.declinedBy() + " declined it: " + run.declineReason(),
                remedy == null ? RunRemedies.successor(run.supersededBy()) : remedy));
    }

    private DispatchExplanation unoffered(RunRequest run, List<DispatchReason> blockers) {
        return new DispatchExplanation(
                run.status(),
                run.stateSince(),
                blockers.isEmpty() ? sentence(run) : blockers.get(0).detail(),
                blockers,
                null,
                List.of());
    }

    /** Who is at it, until when it is believed, and whether it was called off. */
    private DispatchExplanation atWork(RunRequest run) {
        StringBuilder summary = new StringBuilder(sentence(run));
        attempts.newest(run).ifPresent(attempt -> {
            summary.append(" Attempt ").append(attempt.number());
            if (attempt.leaseExpiresAt() != null) {
                summary.append("; its lease ends at ")
                        .append(attempt.leaseExpiresAt())
                        .append(" unless the runner renews it");
            }
            summary.append('.');
        });
        if (run.cancelRequestedAt() != null) {
            summary.append(" It was called off at ")
                    .append(run.cancelRequestedAt())
                    .append("; the runner is told so at its next heartbeat.");
        }
        return new DispatchExplanation(run.status(), run.stateSince(), summary.toString(), List.of(), null, List.of());
    }

    private static DispatchExplanation lost(RunRequest run) {
        String branch =
                run.effect().equals("mutating") ? " Its branch " + run.branch() + " stays busy until then." : "";
        DispatchReason reason = new DispatchReason(
                "lost",
                "Attempt " + run.attempts()
                        + " was at work when its lease ended, or when the database was put back to an earlier moment; the outcome is unknown."
                        + branch,
                "Look at the working copy and at Foundry, then resolve the run; or wait for the late result of that attempt.");
        return new DispatchExplanation(run.status(), run.stateSince(), sentence(run), List.of(reason), null, List.of());
    }

    private static String sentence(RunRequest run) {
        String sentence = run.status().sentence();
        return run.runnerId() == null || run.status().isTerminal()
                ? sentence
                : sentence + " The runner is " + run.runnerId() + ".";
    }

    private DispatchExplanation waiting(RunRequest run, Brief brief, Instant now) {
        TargetEvaluation target = targets.evaluate(brief);
        List<DispatchReason> blockers = new ArrayList<>(blockers(run, brief, target));
        List<DispatchExplanation.RunnerView> views = views(run, now);
        if (blockers.isEmpty() && views.stream().noneMatch(Explanations::canBeWaitedFor)) {
            blockers.add(new DispatchReason(
                    "no-runner",
                    "No runner may have this run; each says why.",
                    "Register a runner that is allowed the project and serves the installation."));
        }
        return new DispatchExplanation(
                run.status(), run.stateSince(), summary(run, blockers, views), blockers, target, views);
    }

    private List<DispatchReason> blockers(RunRequest run, Brief brief, TargetEvaluation target) {
        List<DispatchReason> blockers = new ArrayList<>(approvals.of(run, brief));
        if (run.isParkedByRestore()) {
            blockers.add(restored(run));
        } else if (run.parkedAt() != null) {
            blockers.add(new DispatchReason(
                    "parked",
                    "It was offered again and again and no runner answered; parked at " + run.parkedAt() + ".",
                    "See why the runners do not accept, then requeue the run."));
        }
        busyWith(run)
                .ifPresent(other -> blockers.add(new DispatchReason(
                        "branch-busy",
                        "The run " + other + " works on the branch " + run.branch() + ", or is lost there.",
                        "Wait for that run to end, or resolve it when it is lost.")));
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
                "Look at the repository, at Foundry and at the runners. Requeue the run (approve_mutation) only when it never started; else cancel it.");
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

    /** What an approval will not change is said behind what it will. */
    private List<DispatchReason> unapproved(RunRequest run, Brief brief) {
        List<DispatchReason> reasons = new ArrayList<>(approvals.of(run, brief));
        if (run.isParkedByRestore()) {
            reasons.add(restored(run));
        }
        return reasons;
    }

    private List<DispatchExplanation.RunnerView> views(RunRequest run, Instant now) {
        Map<String, Integer> atWork = runsAtWork(run.organizationId());
        Map<String, Set<RunnerConditions.Condition>> conditions = this.conditions.of(run);
        return runners.of(run.organizationId()).stream()
                .map(runner -> new DispatchExplanation.RunnerView(
                        runner.id(),
                        runner.name(),
                        RunnerReasons.of(
                                runner,
                                run,
                                conditions.getOrDefault(runner.id(), Set.of()),
                                atWork.getOrDefault(runner.id(), 0),
                                now)))
                .toList();
    }

    private Map<String, Integer> runsAtWork(String organizationId) {
        Map<String, Integer> counts = new HashMap<>();
        jdbc.sql("""
                        select runner_id, count(*) as runs from run_attempts
                        where organization_id = :organization and lease_expires_at is not null
                        group by runner_id
                        """)
                .param("organization", organizationId)
                .query((row, n) -> counts.put(row.getString("runner_id"), row.getInt("runs")))
                .list();
        return counts;
    }

    private static boolean canBeWaitedFor(DispatchExplanation.RunnerView view) {
        return view.reasons().stream().allMatch(RunnerReasons::isPassing);
    }

    private static String summary(
            RunRequest run, List<DispatchReason> blockers, List<DispatchExplanation.RunnerView> views) {
        if (run.status() == RunStatus.OFFERED) {
            return "Offered to " + run.offerRunnerId() + " until " + run.offerExpiresAt() + ".";
        }
        if (!blockers.isEmpty()) {
            return blockers.get(0).detail();
        }
        long eligible =
                views.stream().filter(DispatchExplanation.RunnerView::eligible).count();
        return eligible > 0
                ? "Waits for the next poll of a runner; " + eligible + " may have it."
                : "Waits for a runner that may have it; each says what keeps it away.";
    }
}
