package dev.alloy.run;

import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.ExecutableBrief;
import dev.alloy.compilation.OverlayContent;
import dev.alloy.compiler.DocumentReferences;
import dev.alloy.problem.PublicUrl;
import java.util.Set;
import org.springframework.stereotype.Component;
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

    /**
     * The document for the attempt that accepting the run's present offer would open.
     *
     * @param overlayDigests the gate overlays that the run's approval covers
     */
    ObjectNode render(RunRequest run, Set<String> overlayDigests) {
        ExecutableBrief brief = briefs.executable(run.organizationId(), run.formationBriefId());
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
                .put("id", run.formationBriefId())
                .put("version", brief.ordinal())
                .put("digest", run.briefDigest())
                .put("local_path", briefPath(run));
        document.putObject("foundry")
                .put("entry_event", run.entryEvent())
                .put("throttle", run.throttle())
                .set("payload", json.readTree(run.payload()));
        document.putObject("reporting")
                .put("callback_url", urls.of("/api/run-requests/" + run.id() + "/completed"))
                .put("trace_summary_required", true)
                .put("evidence_observations_required", true)
                .put("trace", brief.trace());
        document.put("correlation_id", run.correlationId());
        document.put("trace_id", run.offerTraceId());
        document.put("installation_id", run.installationId());
        document.put("attempt", run.attempts() + 1);
        document.put("effect", run.effect());
        document.set("target", brief.target().deepCopy());
        document.set("artifacts", artifacts(run, brief, overlayDigests));
        return document;
    }

    private ArrayNode artifacts(RunRequest run, ExecutableBrief brief, Set<String> overlayDigests) {
        ArrayNode artifacts = JsonNodeFactory.instance.arrayNode();
        add(
                artifacts,
                "formation_brief",
                run.formationBriefId(),
                run.briefDigest(),
                briefPath(run),
                "formation-briefs",
                brief.sizeBytes());
        add(
                artifacts,
                "prompt_pack",
                run.promptPackId(),
                run.promptPackDigest(),
                ".alloy/prompts/pack.json",
                "prompt-packs",
                briefs.packSize(run.organizationId(), run.promptPackId()));
        for (OverlayContent overlay : briefs.overlayContents(run.organizationId(), run.formationBriefId())) {
            if (overlayDigests.contains(overlay.digest())) {
                String path = ".alloy/gates/" + overlay.mode() + ".json";
                int size = overlay.content().length;
                add(artifacts, "gate_overlay", overlay.id(), overlay.digest(), path, "gate-overlays", size);
            }
        }
        return artifacts;
    }

    private void add(
            ArrayNode artifacts, String kind, String id, String digest, String path, String collection, int sizeBytes) {
        artifacts
                .addObject()
                .put("kind", kind)
                .put("id", id)
                .put("digest", digest)
                .put("path", path)
                .put("media_type", "application/json")
                .put("href", urls.of("/api/" + collection + "/" + id + "/compiled"))
                .put("size_bytes", sizeBytes);
    }

    private static String briefPath(RunRequest run) {
        return new DocumentReferences(
                        run.formationBriefId(), run.briefDigest(), run.promptPackId(), run.promptPackDigest())
                .briefPath();
    }
}
