package dev.alloy.testing;

import dev.alloy.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An organization of a test's own, made over HTTP with the worked example's documents: one project, one installation, one runner.
 * Steps further on are made when asked for.
 */
public final class World {

    /** The revision that the worked example runs at. */
    public static final String REVISION = "abc123";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Api admin;
    private final String organization;
    private final String project;
    private final String installation;
    private final String runner;
    private final String runnerKey;

    private World(Api admin) {
        String suffix = Long.toString(ProcessHandle.current().pid(), 36) + "-" + COUNT.incrementAndGet();
        this.admin = admin;
        this.organization = "acme-" + suffix;
        this.project = "checkout-" + suffix;
        admin.post("/api/organizations", "{\"id\":\"%s\",\"name\":\"Acme\"}".formatted(organization))
                .expect(201);
        admin.post("/api/projects", """
                        {"id":"%s","organization_id":"%s","name":"Checkout service",
                         "repo":{"path":"/work/checkout-service","default_branch":"main"}}""".formatted(project, organization)).expect(201);
        this.installation = admin.post("/api/foundry-installations", installationBody(example("capability-manifest")))
                .expect(201)
                .json()
                .path("id")
                .asString();
        JsonNode registered = admin.post("/api/runners", """
                        {"organization_id":"%s","name":"runner-1","allowed_projects":["%s"],"installation_ids":["%s"],
                         "max_concurrency":1}""".formatted(organization, project, installation))
                .expect(201)
                .json();
        this.runner = registered.path("runner").path("id").asString();
        this.runnerKey = registered.path("runner_key").asString();
    }

    /** A new organization with all that a run needs. */
    public static World on(int port) {
        return new World(Api.on(port));
    }

    /** A document of the worked example, a fresh copy. */
    public static ObjectNode example(String name) {
        try (InputStream in = World.class.getResourceAsStream("/examples/" + name + ".json")) {
            return (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body that makes an installation of this organization. */
    public ObjectNode installationBody(ObjectNode manifest) {
        ObjectNode body = JSON.createObjectNode();
        body.put("organization_id", organization);
        body.put("name", "build-host-1");
        body.put("connection_type", "runner_pull");
        body.set("capability_manifest", manifest);
        return body;
    }

    /** The body that compiles an intent for this world's installation. */
    public ObjectNode compileBody(ObjectNode intent) {
        ObjectNode body = JSON.createObjectNode();
        body.put("installation_id", installation);
        body.putObject("repo")
                .put("path", "/work/checkout-service")
                .put("revision", REVISION)
                .put("branch", "alloy/checkout-payment");
        body.set("source_intent", intent);
        return body;
    }

    /** Compiles the worked example's intent. */
    public JsonNode brief() {
        return brief(example("source-intent"));
    }

    /** Compiles an intent. */
    public JsonNode brief(ObjectNode intent) {
        return briefIn(project, intent);
    }

    /** Compiles an intent for a project of this organization. */
    public JsonNode briefIn(String otherProject, ObjectNode intent) {
        return admin.post("/api/projects/" + otherProject + "/formation-briefs", compileBody(intent))
                .expect(201)
                .json();
    }

    /** The worked example's intent with another objective, so that its digests are its own. */
    public static ObjectNode intent(String objective) {
        ObjectNode intent = example("source-intent");
        ((ObjectNode) intent.path("mission")).put("objective", objective);
        return intent;
    }

    /** An intent whose runs are mutating already at dry_run. */
    public static ObjectNode mutatingIntent() {
        ObjectNode intent = example("source-intent");
        ((ObjectNode) intent.path("foundry")).put("entry_event", "execution_requested");
        return intent;
    }

    /** Compiles an intent as somebody who approves nothing: who compiled a brief does not approve it above dry_run. */
    public JsonNode briefByAuthor(ObjectNode body) {
        return person("author", "\"view\",\"compile_briefs\"")
                .post("/api/projects/" + project + "/formation-briefs", body)
                .expect(201)
                .json();
    }

    /** Approves a brief for dry_run at the worked example's revision. */
    public JsonNode approve(JsonNode brief) {
        Api.Answer answer = admin.post(
                "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                "{\"scope\":\"dry_run\",\"repo_revision\":\"" + REVISION + "\"}");
        // The same again answers the first.
        return answer.status() == 200 ? answer.json() : answer.expect(201).json();
    }

    /** Requests a run of a brief. */
    public JsonNode request(JsonNode brief) {
        return request(brief, "").expect(201).json();
    }

    /** Requests a run of a brief; with more members, each after a comma. */
    public Api.Answer request(JsonNode brief, String more) {
        return requestAs(admin, brief, more);
    }

    /** Requests a run of a brief as somebody. */
    public static Api.Answer requestAs(Api person, JsonNode brief, String more) {
        return person.post(
                "/api/projects/" + brief.path("project_id").asString() + "/run-requests",
                "{\"formation_brief_id\":\"" + brief.path("id").asString() + "\"" + more + "}");
    }

    /** A queued run: compiled, approved and requested. */
    public JsonNode queuedRun() {
        JsonNode brief = brief();
        approve(brief);
        return request(brief);
    }

    /** A queued run of an intent. */
    public JsonNode queuedRun(ObjectNode intent) {
        JsonNode brief = brief(intent);
        approve(brief);
        return request(brief);
    }

    /** A run that the first runner has started, and its lease. */
    public Started startedRun() {
        JsonNode run = queuedRun();
        return new Started(run, firstRunner().start(run));
    }

    /** A run of an intent that the first runner has started, and its lease. */
    public Started startedRun(ObjectNode intent) {
        JsonNode run = queuedRun(intent);
        return new Started(run, firstRunner().start(run));
    }

    /** A run under way. */
    public record Started(JsonNode run, RunnerClient.Lease lease) {

        /** Reports the worked example's result. */
        public JsonNode complete() {
            return lease.post("completed", result(run)).expect(200).json();
        }
    }

    /** Makes one more project. */
    public String anotherProject() {
        String id = "ledger-" + COUNT.incrementAndGet() + "-" + project;
        admin.post(
                        "/api/projects",
                        "{\"id\":\"%s\",\"organization_id\":\"%s\",\"name\":\"Ledger\"}".formatted(id, organization))
                .expect(201);
        return id;
    }

    /** Makes one more installation. */
    public String anotherInstallation() {
        return admin.post("/api/foundry-installations", installationBody(example("capability-manifest")))
                .expect(201)
                .json()
                .path("id")
                .asString();
    }

    /** Registers one more runner for the first project and installation. */
    public RunnerClient anotherRunner(int maxConcurrency) {
        return register(project, installation, maxConcurrency);
    }

    /** Registers a runner of this organization. */
    public RunnerClient register(String allowedProject, String servedInstallation, int maxConcurrency) {
        JsonNode registered = admin.post("/api/runners", """
                        {"organization_id":"%s","name":"runner-%d","allowed_projects":["%s"],"installation_ids":["%s"],
                         "max_concurrency":%d}""".formatted(
                        organization, COUNT.incrementAndGet(), allowedProject, servedInstallation, maxConcurrency))
                .expect(201)
                .json();
        return new RunnerClient(
                registered.path("runner").path("id").asString(),
                admin.as(registered.path("runner_key").asString()));
    }

    /** Changes a runner: a JSON object's text. */
    public void change(RunnerClient client, String change) {
        String path = "/api/runners/" + client.id();
        String tag = String.valueOf(admin.get(path).expect(200).header("ETag"));
        admin.with("If-Match", tag).patch(path, change).expect(200);
    }

    /** Reads a run. */
    public JsonNode read(JsonNode run) {
        return admin.get(RunnerClient.path(run)).expect(200).json();
    }

    /** Makes an access token of this organization; authorities as a JSON list's content. */
    public Api person(String name, String authorities) {
        String token = admin.post(
                        "/api/access-tokens",
                        "{\"organization_id\":\"%s\",\"name\":\"%s\",\"authorities\":[%s]}"
                                .formatted(organization, name, authorities))
                .expect(201)
                .json()
                .path("token")
                .asString();
        return admin.as(token);
    }

    /** Makes an access token of this organization; more holds further members, each behind a comma. */
    public JsonNode token(String name, String authorities, String more) {
        return admin.post(
                        "/api/access-tokens",
                        "{\"organization_id\":\"%s\",\"name\":\"%s\",\"authorities\":[%s]%s}"
                                .formatted(organization, name, authorities, more))
                .expect(201)
                .json();
    }

    /** Makes a registration token for the first project and installation; more holds further members, each behind a comma. */
    public JsonNode registrationToken(String more) {
        return admin.post(
                        "/api/registration-tokens",
                        "{\"organization_id\":\"%s\",\"allowed_projects\":[\"%s\"],\"installation_ids\":[\"%s\"]%s}"
                                .formatted(organization, project, installation, more))
                .expect(201)
                .json();
    }

    /** Runs the worked example to its end; answers what was answered to its result. */
    public JsonNode completedRun() {
        return startedRun().complete();
    }

    /** The worked example's result, filled in for a run. */
    public static ObjectNode result(JsonNode run) {
        ObjectNode result = example("run-result");
        result.put("run_request_id", run.path("id").asString());
        result.put("brief_id", run.path("formation_brief_id").asString());
        result.put("brief_digest", run.path("brief_digest").asString());
        result.put("project_id", run.path("project_id").asString());
        result.put("foundry_run_id", foundryRun(run));
        return result;
    }

    /** An id such as Foundry would give the run, its own in all the world. */
    public static String foundryRun(JsonNode run) {
        return "evt_"
                + Digest.of(run.path("id").asString().getBytes(StandardCharsets.UTF_8))
                        .substring(7, 31);
    }

    /** Calls with the bootstrap token. */
    public Api admin() {
        return admin;
    }

    /** The first runner. */
    public RunnerClient firstRunner() {
        return new RunnerClient(runner, runnerApi());
    }

    /** Calls with the runner's key. */
    public Api runnerApi() {
        return admin.as(runnerKey);
    }

    /** The runner's key. */
    public String runnerKey() {
        return runnerKey;
    }

    /** The organization's id. */
    public String organization() {
        return organization;
    }

    /** The project's id. */
    public String project() {
        return project;
    }

    /** The installation's id. */
    public String installation() {
        return installation;
    }

    /** The runner's id. */
    public String runner() {
        return runner;
    }
}
