package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.TargetEvaluation;
import dev.alloy.compilation.Targets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Says why a run is where it is. Source: dispatch.md, “Why is my run not running?”. */
@Service
@Transactional(readOnly = true)
public class Explanations {

    private final Runs runs;
    private final Attempts attempts;
    private final Briefs briefs;
    private final Targets targets;
    private final Blockers blockers;
    private final RunnerViews views;

    Explanations(Runs runs, Attempts attempts, Briefs briefs, Targets targets, Blockers blockers, RunnerViews views) {
        this.runs = runs;
        this.attempts = attempts;
        this.briefs = briefs;
        this.targets = targets;
        this.blockers = blockers;
        this.views = views;
    }

    /** The explanation of a run within the caller's reach; else {@code not-found}. */
    public DispatchExplanation explain(Caller caller, String id) {
        RunRequest run = runs.get(caller, id);
        Brief brief = briefs.get(Caller.system(run.organizationId()), run.formationBriefId());
        return switch (run.status()) {
            case AWAITING_APPROVAL -> unoffered(run, blockers.ofUnapproved(run, brief));
            case QUEUED, OFFERED -> waiting(run, brief);
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
            summary.append(" It was cancelled at ")
                    .append(run.cancelRequestedAt())
                    .append("; the runner learns of it at its next heartbeat.");
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
                "Look at the working copy and Foundry, then resolve the run; or wait for that attempt's late result.");
        return new DispatchExplanation(run.status(), run.stateSince(), sentence(run), List.of(reason), null, List.of());
    }

    private static String sentence(RunRequest run) {
        String sentence = run.status().sentence();
        return run.runnerId() == null || run.status().isTerminal()
                ? sentence
                : sentence + " The runner is " + run.runnerId() + ".";
    }

    private DispatchExplanation waiting(RunRequest run, Brief brief) {
        TargetEvaluation target = targets.evaluate(brief);
        List<DispatchReason> reasons = new ArrayList<>(blockers.ofWaiting(run, brief, target));
        List<DispatchExplanation.RunnerView> each = views.of(run);
        if (reasons.isEmpty() && each.stream().noneMatch(Explanations::canBeWaitedFor)) {
            reasons.add(new DispatchReason(
                    "no-runner",
                    "No runner may take this run; see why for each.",
                    "Register a runner that is allowed the project and serves the installation."));
        }
        return new DispatchExplanation(
                run.status(), run.stateSince(), summary(run, reasons, each), reasons, target, each);
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
                : "Waits for a runner that may take it; see what each runner lacks.";
    }
}
