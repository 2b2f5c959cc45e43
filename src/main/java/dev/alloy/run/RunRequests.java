package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.RunnableBrief;
import dev.alloy.compilation.Targets;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes requests for runs, each once. Source: dispatch.md, “Idempotency key”. */
@Service
@Transactional
public class RunRequests {

    private final RunDrafts drafts;
    private final EarlierRequests earlier;
    private final Targets targets;
    private final RunStore store;

    RunRequests(RunDrafts drafts, EarlierRequests earlier, Targets targets, RunStore store) {
        this.drafts = drafts;
        this.earlier = earlier;
        this.targets = targets;
        this.store = store;
    }

    /** A run, and whether it was there before the call. */
    public record Requested(RunRequest run, boolean replayed) {}

    /**
     * Requests a run. The same request again answers the first run, whatever its state, also when nothing new could be requested.
     *
     * <p>Refused: {@code not-found}, {@code invalid-body}, {@code unknown-reference}, {@code invalid-transition} for a brief out of use,
     * {@code request-conflict}.
     */
    public Requested request(Caller caller, String projectId, RunSpec order) {
        RunDrafts.Draft draft = drafts.draft(caller, projectId, order, null);
        Optional<ProblemException> refusal = drafts.refusal(draft);
        if (refusal.isEmpty()) {
            Optional<RunRequest> stored = store(caller, draft, null);
            if (stored.isPresent()) {
                return new Requested(stored.get(), false);
            }
        }
        return replay(caller, draft).orElseThrow(refusal::orElseThrow);
    }

    /** Stores a run, queued where an approval fits; empty when an equal one is there. */
    Optional<RunRequest> store(Caller caller, RunDrafts.Draft draft, NewRun.@Nullable Repetition repetition) {
        targets.settle(draft.brief());
        return store.store(caller, draft.row(caller.name(), repetition), draft.brief());
    }

    private Optional<Requested> replay(Caller caller, RunDrafts.Draft draft) {
        RunnableBrief brief = draft.brief();
        return earlier.countReplay(
                        brief.organizationId(),
                        brief.id(),
                        brief.pack().id(),
                        draft.plan().throttle(),
                        caller.name())
                .map(run -> {
                    RunSpec order = draft.order();
                    boolean sameTerms = Objects.equals(run.requestedRunnerId(), order.runnerId())
                            && Objects.equals(run.expiresAt(), order.expiresAt());
                    if (!sameTerms) {
                        throw ProblemType.REQUEST_CONFLICT
                                .because("The same run was requested before, " + terms(run) + ".")
                                .with("run_request_id", run.id());
                    }
                    return new Requested(run, true);
                });
    }

    private static String terms(RunRequest run) {
        return (run.requestedRunnerId() == null
                        ? "without 'runner_id'"
                        : "with the runner_id " + run.requestedRunnerId())
                + " and "
                + (run.expiresAt() == null ? "without 'expires_at'" : "with the expires_at " + run.expiresAt());
    }
}
