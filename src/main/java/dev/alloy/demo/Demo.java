package dev.alloy.demo;

import static dev.alloy.demo.DemoApi.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The worked example from the organization to the audit answer. Every step looks for what it would make before making it, so
 * that playing it again goes on where a crash ended it. Source: worked-example.md.
 */
final class Demo {

    private static final String REVISION = "abc123";
    private static final String INSTALLATION = "simulated-foundry";
    private static final String RUNNER = "demo-runner";

    private final DemoApi administrator;
    private final DemoJournal journal;
    private final DemoNames names;
    private final Links links;
    private final DemoPeople people;

    /**
     * @param administrator with the bootstrap token
     */
    Demo(DemoApi administrator, DemoJournal journal, DemoNames names, Links links) {
        this.administrator = administrator;
        this.journal = journal;
        this.names = names;
        this.links = links;
        this.people = new DemoPeople(administrator, journal, names);
    }

    /**
     * Plays what is left to play.
     *
     * @param audience gets the story, once everything in it is true; only a journal written after that keeps it from being told
     *     again
     */
    void play(Consumer<DemoText> audience) {
        Optional<ObjectNode> finished = journal.finished();
        if (finished.isPresent() && stillThere(finished.get())) {
            audience.accept(DemoText.retold(finished.get(), links));
            return;
        }
        if (finished.isPresent()) {
            journal.clear();
        }
        organization();
        project();
        String installation = installation();
        JsonNode runner = runner(installation);
        JsonNode brief = brief(installation);
        JsonNode run = approvedRun(brief);
        String path = "/api/run-requests/" + text(run, "id");
        JsonNode ended = driver(runner).bringToEnd(() -> administrator.get(path));
        people.leave();
        audience.accept(DemoText.told(
                brief, ended, administrator.get(path + "/evidence"), administrator.get(path + "/audit"), links));
        journal.finish(JsonNodeFactory.instance
                .objectNode()
                .put("run_request_id", text(ended, "id"))
                .put("status", text(ended, "status")));
    }

    /** A data directory may get another database beneath the same journal. */
    private boolean stillThere(ObjectNode finished) {
        return administrator
                .find("/api/run-requests/" + text(finished, "run_request_id"))
                .isPresent();
    }

    private void organization() {
        if (administrator.find("/api/organizations/" + names.organization()).isEmpty()) {
            administrator.post(
                    "/api/organizations",
                    object().put("id", names.organization()).put("name", "Demo"));
        }
    }

    private void project() {
        if (administrator.find("/api/projects/" + names.project()).isEmpty()) {
            ObjectNode order = object().put("id", names.project()).put("organization_id", names.organization());
            order.put("name", "Checkout service (demo)");
            order.putObject("repo").put("path", "/work/checkout-service").put("default_branch", "main");
            administrator.post("/api/projects", order);
        }
    }

    private String installation() {
        JsonNode installation = named("/api/foundry-installations", INSTALLATION, "retired")
                .orElseGet(() -> {
                    ObjectNode order = object().put("organization_id", names.organization());
                    order.put("name", INSTALLATION).put("connection_type", "runner_pull");
                    order.set("capability_manifest", document("capability-manifest.json"));
                    return administrator.post("/api/foundry-installations", order);
                });
        return text(installation, "id");
    }

    private JsonNode runner(String installation) {
        return named("/api/runners", RUNNER, "revoked").orElseGet(() -> {
            ObjectNode order =
                    object().put("organization_id", names.organization()).put("name", RUNNER);
            order.putArray("allowed_projects").add(names.project());
            order.putArray("installation_ids").add(installation);
            order.put("max_concurrency", 1);
            JsonNode made = administrator.post("/api/runners", order);
            keep(text(made.path("runner"), "id"), text(made, "runner_key"));
            return made.path("runner");
        });
    }

    private Optional<JsonNode> named(String list, String name, String gone) {
        return administrator.list(list).stream()
                .filter(one -> text(one, "organization_id").equals(names.organization()))
                .filter(one ->
                        text(one, "name").equals(name) && !text(one, "status").equals(gone))
                .findFirst();
    }

    private JsonNode brief(String installation) {
        String briefs = "/api/projects/" + names.project() + "/formation-briefs";
        Optional<JsonNode> compiled = administrator.list(briefs).stream().findFirst();
        if (compiled.isPresent()) {
            return administrator.get("/api/formation-briefs/" + text(compiled.get(), "id"));
        }
        ObjectNode order = object().put("installation_id", installation);
        order.putObject("repo")
                .put("path", "/work/checkout-service")
                .put("revision", REVISION)
                .put("branch", "alloy/checkout-payment");
        order.set("source_intent", document("source-intent.json"));
        return people.engineer().post(briefs, order);
    }

    private JsonNode approvedRun(JsonNode brief) {
        Optional<JsonNode> requested = administrator
                .list("/api/run-requests?project_id=" + names.project() + "&formation_brief_id=" + text(brief, "id"))
                .stream()
                .filter(run -> text(run, "requested_by").equals(DemoPeople.ENGINEER))
                .findFirst();
        boolean waits = requested
                .filter(run -> !text(run, "status").equals("awaiting_approval"))
                .isEmpty();
        if (waits) {
            approve("/api/formation-briefs/" + text(brief, "id") + "/approvals");
        }
        return requested.orElseGet(() -> people.engineer()
                .post(
                        "/api/projects/" + names.project() + "/run-requests",
                        object().put("formation_brief_id", text(brief, "id"))));
    }

    private void approve(String approvals) {
        boolean approved = administrator.list(approvals).stream()
                .anyMatch(one -> text(one, "status").equals("active"));
        if (!approved) {
            people.reviewer()
                    .post(
                            approvals,
                            object().put("scope", "dry_run")
                                    .put("repo_revision", REVISION)
                                    .put("drift_policy", "exact")
                                    .put("comment", "Demo: a dry run changes nothing."));
        }
    }

    /** The runner's key from the journal, or a new one when a crash lost it or somebody changed it. */
    private DemoRunner driver(JsonNode runner) {
        String id = text(runner, "id");
        DemoApi api = journal.find("runner")
                .filter(entry -> text(entry, "id").equals(id))
                .map(entry -> administrator.as(text(entry, "key")))
                .filter(DemoApi::isKnown)
                .orElseGet(() -> {
                    String key = text(
                            administrator.post(
                                    "/api/runners/" + id + "/rotate-key", object().put("overlap_seconds", 0)),
                            "runner_key");
                    keep(id, key);
                    return administrator.as(key);
                });
        return new DemoRunner(api, id, journal);
    }

    private void keep(String runnerId, String key) {
        journal.write("runner", object().put("id", runnerId).put("key", key));
    }

    private static JsonNode document(String name) {
        try (InputStream in = Objects.requireNonNull(Demo.class.getResourceAsStream("/demo/" + name))) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
