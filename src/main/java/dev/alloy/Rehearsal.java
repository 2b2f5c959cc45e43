package dev.alloy;

import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Organizations;
import dev.alloy.access.Projects;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.BriefApprovals;
import dev.alloy.compilation.Compilations;
import dev.alloy.compilation.DriftPolicy;
import dev.alloy.contract.JsonDocument;
import dev.alloy.installation.ConnectionType;
import dev.alloy.installation.Installations;
import dev.alloy.outcome.Results;
import dev.alloy.run.Acceptance;
import dev.alloy.run.Offers;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunRequests;
import dev.alloy.run.RunSpec;
import dev.alloy.run.Starts;
import dev.alloy.runner.Runners;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays one run of the worked example, from its organization to its result, in a transaction that is rolled back: nobody ever sees any of it,
 * and the classes, statements and schemas that a run needs have been used once.
 */
@Component
class Rehearsal {

    private static final String REVISION = "abc123";
    private static final String NAME = "Rehearsal";

    private final Organizations organizations;
    private final Projects projects;
    private final Installations installations;
    private final Runners runners;
    private final Compilations compilations;
    private final BriefApprovals approvals;
    private final RunRequests requests;
    private final Offers offers;
    private final Acceptance acceptance;
    private final Starts starts;
    private final Results results;
    private final JsonMapper json;
    private final TransactionTemplate transaction;

    Rehearsal(
            Organizations organizations,
            Projects projects,
            Installations installations,
            Runners runners,
            Compilations compilations,
            BriefApprovals approvals,
            RunRequests requests,
            Offers offers,
            Acceptance acceptance,
            Starts starts,
            Results results,
            JsonMapper json,
            PlatformTransactionManager transactions) {
        this.organizations = organizations;
        this.projects = projects;
        this.installations = installations;
        this.runners = runners;
        this.compilations = compilations;
        this.approvals = approvals;
        this.requests = requests;
        this.offers = offers;
        this.acceptance = acceptance;
        this.starts = starts;
        this.results = results;
        this.json = json;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Plays the run.
     *
     * @param id of the organization and its project; nothing has this id before or after
     * @return the run's status in the end
     */
    String play(String id) {
        return Objects.requireNonNull(transaction.execute(status -> {
            status.setRollbackOnly();
            return ended(id);
        }));
    }

    private String ended(String id) {
        organizations.create(person(null), id, NAME);
        Caller person = person(id);
        projects.create(person, id, id, new Projects.Settings(NAME, "/rehearsal", "main", false));
        String installation = installations
                .create(
                        person,
                        new Installations.Description(
                                id, null, NAME, ConnectionType.RUNNER_PULL, example("capability-manifest")))
                .id();
        Runners.Description description = new Runners.Description(
                NAME, List.of(id), List.of(installation), List.of("alloy.foundry_execution_request.v1"), 1, null);
        Caller runner = new Caller(
                Caller.Kind.RUNNER,
                id,
                runners.register(person, id, description).runner().id(),
                id,
                Set.of(),
                null);
        Brief brief =
                compilations.compile(person, id, compileBody(installation)).brief();
        approvals.approve(
                person,
                brief.id(),
                null,
                new BriefApprovals.Decision(
                        ApprovalScope.DRY_RUN, REVISION, DriftPolicy.EXACT, null, null, null, null));
        RunRequest run = requests.request(person, id, new RunSpec(brief.id(), null, null, null, null))
                .run();
        offers.offerNext(runner).ifPresent(offer -> json.writeValueAsBytes(offer));
        String lease = acceptance.accept(runner, run.id(), null).leaseToken();
        starts.start(runner, run.id(), lease, REVISION, null);
        return results.take(runner, run.id(), lease, Results.Call.COMPLETED, result(run))
                .result()
                .status();
    }

    private static Caller person(@Nullable String organization) {
        return new Caller(Caller.Kind.PERSON, organization, "rehearsal", "rehearsal", Set.of(Authority.values()), null);
    }

    private ObjectNode example(String name) {
        try (InputStream in = Objects.requireNonNull(Rehearsal.class.getResourceAsStream("/demo/" + name + ".json"))) {
            return (ObjectNode) json.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode compileBody(String installation) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("installation_id", installation);
        body.putObject("repo")
                .put("path", "/rehearsal")
                .put("revision", REVISION)
                .put("branch", "rehearsal");
        body.set("source_intent", example("source-intent"));
        return body;
    }

    private JsonDocument result(RunRequest run) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("schema_version", "alloy.foundry_run_result.v1");
        result.put("run_request_id", run.id());
        result.put("foundry_run_id", "rehearsal");
        result.put("brief_id", run.formationBriefId());
        result.put("brief_digest", run.briefDigest());
        result.put("project_id", run.projectId());
        result.put("status", "completed");
        result.put("repo_revision_before", REVISION).put("repo_revision_after", REVISION);
        result.put("throttle", run.throttle());
        result.put("entry_event", run.entryEvent());
        result.putArray("gates");
        ObjectNode changes = result.putObject("changes");
        List.of("files_changed", "commits", "mutators_executed").forEach(changes::putArray);
        changes.put("pushed", false);
        result.putArray("evidence_observations");
        result.put("completed_at", run.createdAt().toString());
        byte[] sent = json.writeValueAsBytes(result);
        return new JsonDocument(sent, (ObjectNode) json.readTree(sent));
    }
}
