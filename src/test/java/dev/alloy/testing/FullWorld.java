package dev.alloy.testing;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A world in which a run has been completed, so that there is an object of every kind that a path can name. Sweeps that change
 * nothing share one.
 */
public final class FullWorld {

    private static final Map<Integer, FullWorld> SHARED = new ConcurrentHashMap<>();
    private static final Pattern VARIABLE = Pattern.compile("/api/([a-z-]+)/\\{\\w+}");
    private static final String NOTHING = "tok_01ARZ3NDEKTSV4RRFFQ69G5FAV";

    private final World world;
    private final JsonNode run;
    private final Api registration;
    private final Map<String, String> ids = new HashMap<>();

    private FullWorld(int port) {
        this.world = World.on(port);
        JsonNode taken = world.completedRun();
        this.run = world.admin()
                .get("/api/run-requests/" + taken.path("run_request_id").asString())
                .expect(200)
                .json();
        JsonNode brief = world.admin()
                .get("/api/formation-briefs/" + run.path("formation_brief_id").asString())
                .expect(200)
                .json();
        JsonNode token = world.registrationToken("");
        this.registration = world.admin().as(token.path("registration_token").asString());
        ids.put("registration-tokens", token.path("id").asString());
        ids.put("organizations", world.organization());
        ids.put("projects", world.project());
        ids.put("foundry-installations", world.installation());
        ids.put("runners", world.runner());
        ids.put(
                "access-tokens",
                world.token("reader", "\"view\"", "").path("id").asString());
        ids.put(
                "sessions",
                Browser.signedIn(port, world.token("signed-in", "\"view\"", "")).sessionId());
        ids.put("formation-briefs", brief.path("id").asString());
        ids.put("prompt-packs", brief.path("prompt_pack").path("id").asString());
        ids.put("gate-overlays", brief.path("gate_overlays").path(0).path("id").asString());
        ids.put(
                "evidence-definitions",
                brief.path("evidence_definitions").path(0).path("id").asString());
        ids.put("approvals", run.path("approval_id").asString());
        ids.put("run-requests", run.path("id").asString());
        ids.put("run-results", taken.path("id").asString());
        ids.put("foundry-runs", run.path("foundry_run_id").asString());
        ids.put(
                "trace-imports",
                world.admin()
                        .post(
                                "/api/run-requests/" + run.path("id").asString()
                                        + "/traces?trace_format=foundry.process_result",
                                TraceFile.ofDryRun(null, world.project()).text())
                        .expect(201)
                        .json()
                        .path("id")
                        .asString());
        ids.put(
                "brief-templates",
                world.admin()
                        .post("/api/brief-templates", """
                                {"organization_id":"%s","name":"A template","source_intent":{"tradeoffs":["One"]}}""".formatted(world.organization()))
                        .expect(201)
                        .json()
                        .path("id")
                        .asString());
    }

    /** The one that sweeps share. */
    public static FullWorld shared(int port) {
        return SHARED.computeIfAbsent(port, FullWorld::new);
    }

    /** One of a test's own, for what changes something. */
    public static FullWorld fresh(int port) {
        return new FullWorld(port);
    }

    /** The world itself. */
    public World world() {
        return world;
    }

    /** A path to objects of this world; polls answer at once. */
    public String path(Endpoint endpoint) {
        return path(endpoint, ids);
    }

    /** The same path to objects that are nowhere. */
    public String pathToNothing(Endpoint endpoint) {
        Map<String, String> nothing = new HashMap<>();
        ids.forEach((kind, id) -> nothing.put(kind, id.contains("_") ? alike(id) : "nothing-of-this-name"));
        return path(endpoint, nothing);
    }

    private static String alike(String id) {
        char last = id.charAt(id.length() - 1);
        return id.substring(0, id.length() - 1) + (last == '0' ? '1' : '0');
    }

    private static String path(Endpoint endpoint, Map<String, String> ids) {
        String path = VARIABLE.matcher(endpoint.pattern())
                .replaceAll(found -> "/api/" + found.group(1) + "/" + ids.getOrDefault(found.group(1), NOTHING))
                .replaceAll("\\{\\w+}", "x");
        if (endpoint.parameters().contains("against")) {
            return path + "?against=" + ids.get("formation-briefs");
        }
        if (endpoint.parameters().contains("trace_format")) {
            return path + "?trace_format=foundry.process_result";
        }
        return endpoint.parameters().contains("wait_seconds") ? path + "?wait_seconds=0" : path;
    }

    /** Somebody of this world who may make the call. */
    public Api caller(Endpoint endpoint) {
        if (endpoint.access().registration()) {
            return registration;
        }
        return endpoint.isForPeople() ? world.admin() : world.runnerApi();
    }

    /** The id of this kind of object, named as paths name it. */
    public String id(String kind) {
        return ids.getOrDefault(kind, NOTHING);
    }

    /** A body that fits the operation's schema; null when it takes none. */
    public byte @Nullable [] body(Endpoint endpoint) {
        return endpoint.schema()
                .map(schema -> sample(schema).toString().getBytes(StandardCharsets.UTF_8))
                .orElse(null);
    }

    /** A document that fits the schema. */
    public ObjectNode sample(String schema) {
        return switch (schema) {
            case "foundry.capability_manifest.v1" -> World.example("capability-manifest");
            case "create_installation" -> world.installationBody(World.example("capability-manifest"));
            case "compile_brief" -> world.compileBody(World.example("source-intent"));
            case "alloy.foundry_run_result.v1" -> World.result(run);
            case "report_capabilities" -> {
                ObjectNode body = JsonMapper.shared().createObjectNode();
                body.put("installation_id", world.installation());
                body.set("capability_manifest", World.example("capability-manifest"));
                yield body;
            }
            default -> SchemaSamples.sample(schema);
        };
    }
}
