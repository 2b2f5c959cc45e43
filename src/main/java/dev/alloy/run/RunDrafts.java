package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.BriefStatus;
import dev.alloy.compilation.RunnableBrief;
import dev.alloy.compilation.RunnableBriefs;
import dev.alloy.contract.CanonicalJson;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.installation.Installation;
import dev.alloy.installation.Installations;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.WrongState;
import dev.alloy.runner.Runners;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Works out what a requested run would be, and whether it may be. Stores nothing. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
class RunDrafts {

    private final RunnableBriefs briefs;
    private final Runners runners;
    private final Installations installations;
    private final JsonMapper json;

    RunDrafts(RunnableBriefs briefs, Runners runners, Installations installations, JsonMapper json) {
        this.briefs = briefs;
        this.runners = runners;
        this.installations = installations;
        this.json = json;
    }

    /** What is to be stored: the brief, locked for share, and what exactly the run would be. */
    record Draft(RunnableBrief brief, RunPlan plan, RunSpec order) {

        /** The row of the run. */
        NewRun row(String requestedBy, NewRun.@Nullable Repetition repetition) {
            return new NewRun(
                    Ids.next("runreq"),
                    brief.organizationId(),
                    brief.projectId(),
                    order.runnerId(),
                    brief.installationId(),
                    brief.id(),
                    brief.digest(),
                    brief.pack().id(),
                    brief.pack().digest(),
                    brief.pack().edited(),
                    brief.entryEvent(),
                    CanonicalJson.bytes(plan.payload()),
                    plan.throttle(),
                    plan.effect(),
                    brief.repoPath(),
                    brief.repoRevision(),
                    brief.branch(),
                    plan.key().value(),
                    requestedBy,
                    order.expiresAt(),
                    repetition);
        }
    }

    /**
     * The run that is asked for. Refused: {@code not-found} for the project, {@code unknown-reference}, {@code invalid-body} for a throttle
     * above the brief's.
     *
     * @param reexecutionOrdinal counts the repetitions of the chain's first run; null for that one
     */
    Draft draft(Caller caller, String projectId, RunSpec order, @Nullable Integer reexecutionOrdinal) {
        RunnableBrief brief = briefs.lock(caller, projectId, order.formationBriefId(), order.promptPackId());
        if (order.runnerId() != null) {
            runners.referenced(caller, brief.organizationId(), order.runnerId(), "/runner_id");
        }
        return new Draft(
                brief,
                RunPlan.of(brief, briefs.payload(brief), order.throttle(), caller.name(), reexecutionOrdinal),
                order);
    }

    /** Why the run cannot be stored; empty where it can. */
    Optional<ProblemException> refusal(Draft draft) {
        RunnableBrief brief = draft.brief();
        RunSpec order = draft.order();
        if (!brief.status().isInUse()) {
            return Optional.of(outOfUse(brief.status()));
        }
        if (order.expiresAt() != null && !order.expiresAt().isAfter(brief.readAt())) {
            return Optional.of(Bodies.refusal("/expires_at", "out-of-range", "expires_at lies in the future."));
        }
        // The compiler saw to the brief's own throttle, and a target that changes is judged by it.
        String throttle = draft.plan().throttle();
        return throttle.equals(brief.throttle()) || supportedThrottles(brief).contains(throttle)
                ? Optional.empty()
                : Optional.of(Bodies.refusal(
                        "/throttle", "unsupported", "The installation's manifest does not list this throttle mode."));
    }

    /** The refusal of a brief that was archived or rejected. */
    static ProblemException outOfUse(BriefStatus brief) {
        return WrongState.refusal(
                "The brief is " + brief.wireName() + " and cannot run.",
                brief.wireName(),
                "Compile the intent again and request a run of that brief.");
    }

    private List<String> supportedThrottles(RunnableBrief brief) {
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
}
