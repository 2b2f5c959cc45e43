package dev.alloy.conformance;

import dev.alloy.contract.Digest;
import dev.alloy.contract.foundry.Effect;
import dev.alloy.contract.foundry.Effects;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a run is to do, and the artifacts it refers to. */
final class RequestFixture {

    /**
     * Bytes that the runner fetches.
     *
     * @param path where the document says they belong
     * @param approved what the digest is of
     * @param served what is sent
     */
    record Artifact(String kind, String id, String collection, String path, byte[] approved, byte[] served) {}

    private static final String VERSION = "alloy.foundry_execution_request.v1";

    private final String id = "runreq_" + UUID.randomUUID().toString().replace("-", "");
    private final String correlationId = UUID.randomUUID().toString();
    private final String requestedAt = WallClock.now().toString();
    private final String project;
    private final String entryEvent;
    private String throttle;
    private String version = VERSION;
    private final ObjectNode payload;
    private final String repoPath;
    private final String revision;
    private final Map<String, Artifact> artifacts = new LinkedHashMap<>();
    private final String base;
    private final String briefId;
    private String approvedRevision;

    RequestFixture(Kind kind, String project, String repoPath, String revision, String base) {
        this.project = project;
        this.entryEvent = kind.entryEvent;
        this.throttle = kind.throttle;
        this.repoPath = repoPath;
        this.revision = revision;
        this.approvedRevision = revision;
        this.base = base;
        FixtureDocuments documents = new FixtureDocuments(project, repoPath, revision, entryEvent, throttle);
        briefId = "brief_" + id.substring("runreq_".length());
        payload = documents.payload(briefId);
        put("formation_brief", briefId, "formation-briefs", briefPath(), documents.brief());
        put(
                "prompt_pack",
                "prompt_pack_" + id.substring("runreq_".length()),
                "prompt-packs",
                ".alloy/prompts/pack.json",
                documents.promptPack());
    }

    /** The two orders that scenarios give. */
    enum Kind {
        /** Runs gates and changes nothing. The throttle is not the one that nothing at all would mean. */
        VALIDATION("validation_requested", "dry_run"),
        /** Changes code, commits. */
        ITERATION("iteration_requested", "full");

        private final String entryEvent;
        private final String throttle;

        Kind(String entryEvent, String throttle) {
            this.entryEvent = entryEvent;
            this.throttle = throttle;
        }
    }

    private void put(String kind, String artifactId, String collection, String path, byte[] bytes) {
        artifacts.put(kind, new Artifact(kind, artifactId, collection, path, bytes, bytes));
    }

    private String briefPath() {
        return ".alloy/briefs/" + briefId + ".yaml";
    }

    /** Others than the approved bytes are served, as many of them. */
    void forge(String kind) {
        artifacts.computeIfPresent(kind, (key, one) -> {
            byte[] forged = one.approved().clone();
            forged[forged.length / 2] ^= 1;
            return new Artifact(one.kind(), one.id(), one.collection(), one.path(), one.approved(), forged);
        });
    }

    /** The document says that the artifact belongs elsewhere. */
    void place(String kind, String path) {
        artifacts.computeIfPresent(
                kind,
                (key, one) -> new Artifact(one.kind(), one.id(), one.collection(), path, one.approved(), one.served()));
    }

    /** Another revision than that of the document was approved. */
    void approve(String other) {
        approvedRevision = other;
    }

    /** The document calls itself so. */
    void version(String other) {
        version = other;
    }

    /** The document says this throttle. */
    void throttle(String other) {
        throttle = other;
    }

    String id() {
        return id;
    }

    String project() {
        return project;
    }

    String entryEvent() {
        return entryEvent;
    }

    String throttle() {
        return throttle;
    }

    ObjectNode payload() {
        return payload;
    }

    String revision() {
        return revision;
    }

    String approvedRevision() {
        return approvedRevision;
    }

    String briefId() {
        return briefId;
    }

    String briefDigest() {
        Artifact brief = artifacts.get("formation_brief");
        return brief == null ? "" : Digest.of(brief.approved());
    }

    Map<String, Artifact> artifacts() {
        return artifacts;
    }

    boolean isReadOnly() {
        return Effects.of(entryEvent, throttle, payload) == Effect.READ_ONLY;
    }

    /** What a runner is offered. */
    ObjectNode document(String traceId, int attempt) {
        ObjectNode document = EventChain.object()
                .put("schema_version", version)
                .put("request_id", id)
                .put("idempotency_key", Digest.of(payload))
                .put("project_id", project)
                .put("requested_by", "conformance")
                .put("requested_at", requestedAt);
        document.putObject("repo")
                .put("path", repoPath)
                .put("revision", revision)
                .put("branch", FixtureDocuments.BRANCH);
        document.putObject("brief")
                .put("id", briefId)
                .put("version", 1)
                .put("digest", briefDigest())
                .put("local_path", briefPath());
        document.putObject("foundry")
                .put("entry_event", entryEvent)
                .put("throttle", throttle)
                .set("payload", payload);
        document.putObject("reporting")
                .put("callback_url", base + "/api/run-requests/" + id + "/completed")
                .put("trace_summary_required", true)
                .put("evidence_observations_required", true)
                .put("trace", "export");
        document.put("correlation_id", correlationId)
                .put("trace_id", traceId)
                .put("installation_id", FakeServer.INSTALLATION)
                .put("attempt", attempt)
                .put("effect", isReadOnly() ? "read_only" : "mutating");
        document.set("target", FixtureDocuments.target());
        document.set("artifacts", listed());
        return document;
    }

    private JsonNode listed() {
        ArrayNode list = EventChain.object().arrayNode();
        for (Artifact artifact : artifacts.values()) {
            list.addObject()
                    .put("kind", artifact.kind())
                    .put("id", artifact.id())
                    .put("digest", Digest.of(artifact.approved()))
                    .put("path", artifact.path())
                    .put("media_type", "application/json")
                    .put("href", base + "/api/" + artifact.collection() + "/" + artifact.id() + "/compiled")
                    .put("size_bytes", artifact.approved().length);
        }
        return list;
    }
}
