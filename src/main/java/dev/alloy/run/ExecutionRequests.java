package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.GateOverlay;
import dev.alloy.compilation.PromptPack;
import dev.alloy.compiler.References;
import dev.alloy.compiler.Target;
import dev.alloy.problem.PublicUrl;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the one document a runner receives, {@code alloy.foundry_execution_request.v1}: references and digests, no intent graph.
 * Source: contract.md.
 */
@Component
class ExecutionRequests {

    static final String SCHEMA_VERSION = "alloy.foundry_execution_request.v1";

    private final Briefs briefs;
    private final PublicUrl urls;
    private final JsonMapper json;

    ExecutionRequests(Briefs briefs, PublicUrl urls, JsonMapper json) {
        this.briefs = briefs;
        this.urls = urls;
        this.json = json;
    }

    /** The document for the attempt that accepting the run's present offer would open. */
    ObjectNode render(RunRequest run) {
        Caller system = Caller.system(run.organizationId());
        Brief brief = briefs.get(system, run.formationBriefId());
        JsonNode compiled = json.readTree(brief.compiledPayload());
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("schema_version", SCHEMA_VERSION);
        document.put("request_id", run.id());
        document.put("idempotency_key", run.idempotencyKey());
        document.put("project_id", run.projectId());
        document.put("requested_by", run.requestedBy());
        document.put("requested_at", run.createdAt().toString());
        document.putObject("repo")
                .put("path", run.repoPath())
                .put("revision", run.repoRevision())
                .put("branch", run.branch());
        document.putObject("brief")
                .put("id", brief.id())
                .put("version", brief.ordinal())
                .put("digest", brief.digest())
                .put("local_path", briefPath(run));
        document.putObject("foundry")
                .put("entry_event", run.entryEvent())
                .put("throttle", run.throttle())
                .set("payload", json.readTree(run.payload()));
        document.putObject("reporting")
                .put("callback_url", urls.of("/api/run-requests/" + run.id() + "/completed"))
                .put("trace_summary_required", true)
                .put("evidence_observations_required", true)
                .put("trace", Target.of(compiled).trace());
        document.put("correlation_id", run.correlationId());
        document.put("trace_id", run.offerTraceId());
        document.put("installation_id", run.installationId());
        document.put("attempt", run.attempts() + 1);
        document.put("effect", run.effect());
        document.set("target", compiled.path("target"));
        document.set("artifacts", artifacts(system, run, brief));
        return document;
    }

    private ArrayNode artifacts(Caller system, RunRequest run, Brief brief) {
        ArrayNode artifacts = JsonNodeFactory.instance.arrayNode();
        PromptPack pack = briefs.pack(system, run.promptPackId());
        add(
                artifacts,
                "formation_brief",
                brief.id(),
                brief.digest(),
                briefPath(run),
                "formation-briefs",
                brief.compiledPayload());
        add(
                artifacts,
                "prompt_pack",
                pack.id(),
                pack.digest(),
                ".alloy/prompts/pack.json",
                "prompt-packs",
                pack.prompts());
        for (GateOverlay overlay : briefs.overlaysInUse(system, brief.id())) {
            String path = ".alloy/gates/" + overlay.mode() + ".json";
            add(artifacts, "gate_overlay", overlay.id(), overlay.digest(), path, "gate-overlays", overlay.content());
        }
        return artifacts;
    }

    private void add(
            ArrayNode artifacts, String kind, String id, String digest, String path, String collection, byte[] bytes) {
        artifacts
                .addObject()
                .put("kind", kind)
                .put("id", id)
                .put("digest", digest)
                .put("path", path)
                .put("media_type", "application/json")
                .put("href", urls.of("/api/" + collection + "/" + id + "/compiled"))
                .put("size_bytes", bytes.length);
    }

    private static String briefPath(RunRequest run) {
        return new References(run.formationBriefId(), run.briefDigest(), run.promptPackId(), run.promptPackDigest())
                .briefPath();
    }
}
