package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Project;
import dev.alloy.access.Projects;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.BriefApproved;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.PromptPack;
import dev.alloy.compilation.Targets;
import dev.alloy.contract.CanonicalJson;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.http.EntityTag;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.installation.Installations;
import dev.alloy.problem.Correlation;
import dev.alloy.problem.ProblemType;
import dev.alloy.runner.Runners;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Requests and reads runs. */
@Service
@Transactional
public class Runs {

    private final RunRequestRepository runs;
    private final RunMoves moves;
    private final RunLog log;
    private final QueueBell bell;
    private final Projects projects;
    private final Briefs briefs;
    private final Approvals approvals;
    private final Runners runners;
    private final Installations installations;
    private final Targets targets;
    private final DatabaseClock clock;
    private final JdbcClient jdbc;
    private final JsonMapper json;

    Runs(
            RunRequestRepository runs,
            RunMoves moves,
            RunLog log,
            QueueBell bell,
            Projects projects,
            Briefs briefs,
            Approvals approvals,
            Runners runners,
            Installations installations,
            Targets targets,
            DatabaseClock clock,
            JdbcClient jdbc,
            JsonMapper json) {
        this.runs = runs;
        this.moves = moves;
        this.log = log;
        this.bell = bell;
        this.projects = projects;
        this.briefs = briefs;
        this.approvals = approvals;
        this.runners = runners;
        this.installations = installations;
        this.targets = targets;
        this.clock = clock;
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A run, and whether it was there before the call. */
    public record Requested(RunRequest run, boolean replayed) {}

    /**
     * Requests a run. The same request again answers the first run, whatever its state.
     *
     * <p>Refused: {@code invalid-body}, {@code unknown-reference}, {@code invalid-transition} for a brief out of use,
     * {@code request-conflict}.
     */
    public Requested request(Caller caller, String projectId, RunOrder order) {
        Project project = projects.get(caller, projectId);
        Brief brief = briefs.referenced(caller, project.id(), order.formationBriefId(), "/formation_brief_id");
        PromptPack pack = briefs.referencedPack(caller, brief.id(), order.promptPackId(), "/prompt_pack_id");
        if (order.runnerId() != null) {
            runners.referenced(caller, project.organizationId(), order.runnerId(), "/runner_id");
        }
        RunPlan plan = RunPlan.of(brief, pack, order.throttle(), caller.name(), json);
        Optional<Requested> earlier = replay(caller, brief, pack, order, plan);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        refuseUnlessRunnable(brief, order);
        refuseUnsupportedThrottle(brief, plan);
        targets.settle(brief);
        String id = Ids.next("runreq");
        Optional<Approval> approval = fittingApproval(caller, brief, plan);
        boolean created = moves.create(row(id, brief, pack, plan, order, caller, approval));
        if (!created) {
            // Somebody else's equal request was a moment faster, and has committed since.
            return replay(caller, brief, pack, order, plan).orElseThrow();
        }
        RunRequest run = get(caller, id);
        log.moved(run, null, run.status(), null, caller.actor(), Map.of("idempotency_key", run.idempotencyKey()));
        bell.ring(run);
        return new Requested(run, false);
    }

    private void refuseUnlessRunnable(Brief brief, RunOrder order) {
        if (!brief.status().isInUse()) {
            throw ProblemType.INVALID_TRANSITION
                    .because("The brief is " + brief.status().wireName() + " and cannot run.")
                    .with("state", brief.status().wireName());
        }
        if (order.expiresAt() != null && !order.expiresAt().isAfter(clock.now())) {
            throw Bodies.refusal("/expires_at", "out-of-range", "A run request ends in the future.");
        }
    }

    /** The compiler saw to the brief's own throttle; one that this request lowers has to be supported as well. */
    private void refuseUnsupportedThrottle(Brief brief, RunPlan plan) {
        if (!plan.throttle().equals(brief.throttle())
                && !supportedThrottles(brief).contains(plan.throttle())) {
            throw Bodies.refusal(
                    "/throttle", "unsupported", "The installation's manifest does not list this throttle mode.");
        }
    }

    private List<String> supportedThrottles(Brief brief) {
        Caller system = Caller.system(brief.organizationId());
        return installations
                .manifest(installations.get(system, brief.installationId()), brief.manifestDigest())
                .map(manifest -> json.readTree(manifest.content())
                        .path("supported_throttle_modes")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList())
                .orElse(List.of());
    }

    /**
     * Reads approvals under a lock that a new approval of the brief waits for: else one given at this very moment would neither be
     * found here nor find the run.
     */
    private Optional<Approval> fittingApproval(Caller caller, Brief brief, RunPlan plan) {
        jdbc.sql("""
                        select id from formation_brief_compilations
                        where organization_id = :organization and id = :brief for share
                        """)
                .param("organization", brief.organizationId())
                .param("brief", brief.id())
                .query(String.class)
                .single();
        return approvals.fitting(caller, plan.need(), clock.now());
    }

    private static RunMoves.NewRun row(
            String id,
            Brief brief,
            PromptPack pack,
            RunPlan plan,
            RunOrder order,
            Caller caller,
            Optional<Approval> approval) {
        return new RunMoves.NewRun(
                id,
                brief.organizationId(),
                brief.projectId(),
                order.runnerId(),
                brief.installationId(),
                brief.id(),
                brief.digest(),
                pack.id(),
                pack.digest(),
                approval.map(Approval::id).orElse(null),
                brief.entryEvent(),
                CanonicalJson.bytes(plan.payload()),
                plan.throttle(),
                plan.effect(),
                brief.repoPath(),
                brief.repoRevision(),
                brief.branch(),
                plan.key().value(),
                caller.name(),
                order.expiresAt(),
                Correlation.current());
    }

    private Optional<Requested> replay(Caller caller, Brief brief, PromptPack pack, RunOrder order, RunPlan plan) {
        return moves.countReplay(brief.organizationId(), brief.id(), pack.id(), plan.throttle(), caller.name())
                .map(id -> {
                    RunRequest run = get(caller, id);
                    boolean sameTerms = Objects.equals(run.requestedRunnerId(), order.runnerId())
                            && Objects.equals(run.expiresAt(), order.expiresAt());
                    if (!sameTerms) {
                        throw ProblemType.REQUEST_CONFLICT
                                .because("The same run was requested with another runner_id or expires_at.")
                                .with("run_request_id", run.id());
                    }
                    return new Requested(run, true);
                });
    }

    /** Queues the runs that waited for this approval, and lets it stand in for one that has ended. */
    @EventListener
    void onApproval(BriefApproved given) {
        Approval approval = given.approval();
        Instant now = clock.now();
        for (RunRequest run : waitingFor(given.caller(), approval, RunStatus.AWAITING_APPROVAL)) {
            if (Approvals.fits(approval, need(run), now)
                    && moves.queue(run.organizationId(), run.id(), approval.id())) {
                queued(run, given);
            }
        }
        for (RunRequest run : waitingFor(given.caller(), approval, RunStatus.QUEUED)) {
            if (Approvals.fits(approval, need(run), now)
                    && moves.reapprove(run.organizationId(), run.id(), approval.id())) {
                queued(run, given);
            }
        }
    }

    private void queued(RunRequest run, BriefApproved given) {
        log.moved(
                run,
                run.status(),
                RunStatus.QUEUED,
                null,
                given.caller().actor(),
                Map.of("approval_id", given.approval().id()));
        bell.ring(run);
    }

    private List<RunRequest> waitingFor(Caller caller, Approval approval, RunStatus status) {
        return runs.all(caller, Map.of("formationBriefId", approval.formationBriefId(), "status", status.wireName()));
    }

    private static Approvals.Need need(RunRequest run) {
        return new Approvals.Need(
                run.formationBriefId(),
                run.briefDigest(),
                run.promptPackDigest(),
                ApprovalScope.neededFor(run.entryEvent(), run.throttle()),
                run.repoRevision());
    }

    /** The run if it is within the caller's reach; else {@code not-found}. */
    @Transactional(readOnly = true)
    public RunRequest get(Caller caller, String id) {
        return runs.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such run request."));
    }

    /** The runs within the caller's reach. */
    @Transactional(readOnly = true)
    public Page<RunRequest> list(Caller caller, PageQuery page, Map<String, ?> filters) {
        return runs.list(caller, page, filters);
    }

    /** The parts that the run's idempotency key is the digest of. */
    @Transactional(readOnly = true)
    public ObjectNode idempotencyParts(Caller caller, RunRequest run) {
        PromptPack pack = briefs.pack(caller, run.promptPackId());
        return IdempotencyKey.of(
                        run.projectId(),
                        run.repoRevision(),
                        run.briefDigest(),
                        run.entryEvent(),
                        (ObjectNode) json.readTree(run.payload()),
                        run.throttle(),
                        run.requestedBy(),
                        pack.ordinal() == 1 ? null : pack.digest())
                .parts();
    }

    /** The run's entity tag. */
    public static String tag(RunRequest run) {
        return EntityTag.of(run.id(), run.version());
    }
}
