package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.http.EntityTag;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads runs. */
@Service
@Transactional(readOnly = true)
public class Runs {

    private final RunRequestRepository runs;
    private final RunLists lists;
    private final Attempts attempts;
    private final JsonMapper json;

    Runs(RunRequestRepository runs, RunLists lists, Attempts attempts, JsonMapper json) {
        this.runs = runs;
        this.lists = lists;
        this.attempts = attempts;
        this.json = json;
    }

    /** The run if it is within the caller's reach; else {@code not-found}. */
    public RunRequest get(Caller caller, String id) {
        return runs.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such run request."));
    }

    /** The runs within reach that Foundry knows by this id. */
    List<RunRequest> byFoundryRun(Caller caller, String foundryRunId) {
        return runs.all(caller, Map.of("foundryRunId", foundryRunId));
    }

    /**
     * The runs within the caller's reach, newest first. A page may have fewer than it holds, or none, and the list still go on.
     *
     * @param filters attribute → value, or a {@link dev.alloy.access.Filter}; one whose value is null does not filter
     */
    public Page<RunRequest> list(Caller caller, PageQuery page, Map<String, ?> filters) {
        return filters.get("id") == null ? lists.list(caller, page, filters) : runs.list(caller, page, filters);
    }

    /** The id of the run that has an attempt with this trace id; where there is none, one that no run has. */
    public String idOfTrace(Caller caller, String traceId) {
        return attempts.runOfTrace(caller.organizationId(), traceId).orElse("none");
    }

    /** The parts that the run's idempotency key is the digest of. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public ObjectNode idempotencyParts(RunRequest run) {
        return IdempotencyKey.of(
                        run.projectId(),
                        run.repoRevision(),
                        run.briefDigest(),
                        run.entryEvent(),
                        (ObjectNode) json.readTree(run.payload()),
                        run.throttle(),
                        run.requestedBy(),
                        run.isPromptPackEdited() ? run.promptPackDigest() : null,
                        run.reexecutionOrdinal())
                .parts();
    }

    /** The run's entity tag. */
    public static String tag(RunRequest run) {
        return EntityTag.of(run.id(), run.version());
    }
}
