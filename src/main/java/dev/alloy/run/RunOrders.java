package dev.alloy.run;

import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Project;
import dev.alloy.access.Projects;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.BriefStatus;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.PromptPack;
import dev.alloy.compilation.Targets;
import dev.alloy.contract.CanonicalJson;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.installation.Installation;
import dev.alloy.installation.Installations;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.WrongState;
import dev.alloy.runner.Runners;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes requests for runs: each once, and again only on purpose. Source: dispatch.md, “Idempotency key”. */
@Service
@Transactional
public class RunOrders {

    private final RunLock lock;
    private final Transitions transitions;
    private final EarlierRequests earlier;
    private final Attempts attempts;
    private final RunQueue queue;
    private final RunRemedies remedies;
    private final Projects projects;
    private final Briefs briefs;
    private final Runners runners;
    private final Installations installations;
    private final Targets targets;
    private final DatabaseClock clock;
    private final JsonMapper json;

    RunOrders(
            RunLock lock,
            Transitions transitions,
            EarlierRequests earlier,
            Attempts attempts,
            RunQueue queue,
            RunRemedies remedies,
            Projects projects,
            Briefs briefs,
            Runners runners,
            Installations installations,
            Targets targets,
            DatabaseClock clock,
            JsonMapper json) {
        this.lock = lock;
        this.transitions = transitions;
        this.earlier = earlier;
        this.attempts = attempts;
        this.queue = queue;
        this.remedies = remedies;
        this.projects = projects;
        this.briefs = briefs;
        this.runners = runners;
        this.installations = installations;
        this.targets = targets;
        this.clock = clock;
        this.json = json;
    }

    /** A run, and whether it was there before the call. */
    public record Requested(RunRequest run, boolean replayed) {}

    /** What is to be stored: the brief, its pack, and what exactly the run would be. */
    private record Draft(Brief brief, PromptPack pack, RunPlan plan, RunOrder order) {}

    /**
     * Requests a run. The same request again answers the first run, whatever its state.
     *
     * <p>Refused: {@code invalid-body}, {@code unknown-reference}, {@code invalid-transition} for a brief out of use,
     * {@code request-conflict}.
     */
    public Requested request(Caller caller, String projectId, RunOrder order) {
        Project project = projects.get(caller, projectId);
        Brief brief = briefs.referenced(caller, project.id(), order.formationBriefId(), "/formation_brief_id");
        PromptPack pack = briefs.referencedPack(caller, brief, order.promptPackId(), "/prompt_pack_id");
        if (order.runnerId() != null) {
            runners.referenced(caller, project.organizationId(), order.runnerId(), "/runner_id");
        }
        RunPlan.Asker asker = new RunPlan.Asker(caller.name(), project.fourEyes(), null);
        Draft draft = new Draft(brief, pack, RunPlan.of(brief, pack, order.throttle(), asker, json), order);
        Optional<Requested> first = replay(caller, draft);
        if (first.isPresent()) {
            return first.get();
        }
        refuseUnlessRunnable(brief);
        refuseUnlessAhead(order);
        refuseUnsupportedThrottle(brief, draft.plan());
        // Somebody else's equal request may be a moment faster, and has committed when this one finds that out.
        return store(caller, draft, null).map(run -> new Requested(run, false)).orElseGet(() -> replay(caller, draft)
                .orElseThrow());
    }

    /**
     * Asks for a run again, on purpose, with the same brief, prompts and throttle. A mutating run, and one that never started, needs an
     * approval that is given after this.
     *
     * <p>Refused: {@code authority-missing}, {@code invalid-transition} unless the run has ended or is lost, {@code
     * already-reexecuted}.
     */
    public RunRequest reexecute(Caller caller, String id, String reason) {
        RunRequest first = lock.take(caller, id);
        boolean started = attempts.anyStarted(first) || first.resolvedBy() != null;
        caller.require(authorityToRepeat(first, started));
        if (!first.status().isTerminal() && first.status() != RunStatus.LOST) {
            throw remedies.refusal(
                    first,
                    "Only a run that has ended or is lost is run again; this one is "
                            + first.status().wireName() + ".");
        }
        if (first.supersededBy() != null) {
            throw ProblemType.ALREADY_REEXECUTED
                    .because("This run was run again already; repeat that one.")
                    .with("superseded_by", first.supersededBy());
        }
        Brief brief = briefs.get(caller, first.formationBriefId());
        refuseUnlessRunnable(brief);
        PromptPack pack = briefs.pack(caller, first.promptPackId());
        boolean needsNewApproval = !started || first.effect().equals("mutating");
        boolean fourEyes = projects.get(caller, first.projectId()).fourEyes();
        RunOrder order = new RunOrder(brief.id(), first.throttle(), pack.id(), first.requestedRunnerId(), null);
        Optional<RunRequest> stored = Optional.empty();
        // Another chain of the same brief, repeated by the same person, may have taken the number, and may do so just
        // now.
        for (int ordinal = 0; stored.isEmpty(); ) {
            ordinal = Math.max(ordinal, earlier.lastOrdinal(first, caller.name())) + 1;
            RunPlan plan = RunPlan.of(
                    brief, pack, first.throttle(), new RunPlan.Asker(caller.name(), fourEyes, ordinal), json);
            stored = store(
                    caller,
                    new Draft(brief, pack, plan, order),
                    new NewRun.Repetition(first.id(), ordinal, reason, needsNewApproval));
        }
        RunRequest run = stored.get();
        transitions.apply(first, Transition.supersede(run.id(), reason), caller.actor());
        return run;
    }

    /** Of a run that never started nothing has to be weighed but what the approval weighs. */
    private static Authority authorityToRepeat(RunRequest first, boolean started) {
        if (!started) {
            return Authority.COMPILE_BRIEFS;
        }
        return first.effect().equals("read_only") ? Authority.APPROVE_DRY_RUN : Authority.APPROVE_MUTATION;
    }

    /** Stores a run and queues it where an approval fits; empty when an equal one is there. */
    private Optional<RunRequest> store(Caller caller, Draft draft, NewRun.@Nullable Repetition repetition) {
        targets.settle(draft.brief());
        NewRun run = row(Ids.next("runreq"), draft, caller.name(), repetition);
        return transitions.request(run, caller.actor()).map(stored -> queue.queueNew(caller, stored));
    }

    private static void refuseUnlessRunnable(Brief brief) {
        if (!brief.status().isInUse()) {
            throw cannotRun(brief.status());
        }
    }

    static ProblemException cannotRun(BriefStatus brief) {
        return WrongState.refusal(
                "The brief is " + brief.wireName() + " and cannot run.",
                brief.wireName(),
                "Compile the intent again and request a run of that brief.");
    }

    private void refuseUnlessAhead(RunOrder order) {
        if (order.expiresAt() != null && !order.expiresAt().isAfter(clock.now())) {
            throw Bodies.refusal("/expires_at", "out-of-range", "A run request ends in the future.");
        }
    }

    /**
     * The compiler saw to the brief's own throttle, and a target that changes is judged by it; one that this request lowers has to
     * be among those that the installation reports now.
     */
    private void refuseUnsupportedThrottle(Brief brief, RunPlan plan) {
        if (!plan.throttle().equals(brief.throttle())
                && !supportedThrottles(brief).contains(plan.throttle())) {
            throw Bodies.refusal(
                    "/throttle", "unsupported", "The installation's manifest does not list this throttle mode.");
        }
    }

    private List<String> supportedThrottles(Brief brief) {
        Installation installation = installations.get(Caller.system(brief.organizationId()), brief.installationId());
        return Optional.ofNullable(installation.manifestDigest())
                .flatMap(digest -> installations.manifest(installation, digest))
                .map(manifest -> json.readTree(manifest.content())
                        .path("supported_throttle_modes")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList())
                .orElse(List.of());
    }

    private static NewRun row(String id, Draft draft, String requestedBy, NewRun.@Nullable Repetition repetition) {
        Brief brief = draft.brief();
        return new NewRun(
                id,
                brief.organizationId(),
                brief.projectId(),
                draft.order().runnerId(),
                brief.installationId(),
                brief.id(),
                brief.digest(),
                draft.pack().id(),
                draft.pack().digest(),
                draft.pack().ordinal() > 1,
                brief.entryEvent(),
                CanonicalJson.bytes(draft.plan().payload()),
                draft.plan().throttle(),
                draft.plan().effect(),
                brief.repoPath(),
                brief.repoRevision(),
                brief.branch(),
                draft.plan().key().value(),
                requestedBy,
                draft.order().expiresAt(),
                repetition);
    }

    private Optional<Requested> replay(Caller caller, Draft draft) {
        Brief brief = draft.brief();
        return earlier.countReplay(
                        brief.organizationId(),
                        brief.id(),
                        draft.pack().id(),
                        draft.plan().throttle(),
                        caller.name())
                .map(run -> {
                    RunOrder order = draft.order();
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
