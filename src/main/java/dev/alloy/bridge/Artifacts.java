package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Patience;
import dev.alloy.contract.Digest;
import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Fetches the artifacts of a request, and verifies their digests before they are read. */
final class Artifacts {

    private final List<Fetched> fetched;

    private Artifacts(List<Fetched> fetched) {
        this.fetched = fetched;
    }

    private record Fetched(ExecutionRequest.Artifact wanted, byte[] bytes, JsonNode document) {}

    /**
     * Fetches and verifies. Refused, category safety: bytes that do not hash to the digest, a brief that is not the
     * request's, parts that are of another brief.
     */
    static Artifacts fetch(ExecutionRequest request, AlloyClient client, Patience patience) {
        List<Fetched> fetched = new ArrayList<>();
        for (ExecutionRequest.Artifact wanted : request.artifacts()) {
            byte[] bytes;
            try {
                bytes = client.download(wanted.href(), patience);
            } catch (RequestRejected e) {
                throw ExecutionRefused.dispatch(
                        "artifact-unavailable", wanted.kind() + " " + wanted.id() + ": " + e.message());
            }
            String digest = Digest.of(bytes);
            if (!digest.equals(wanted.digest())) {
                throw mismatch(wanted.kind() + " " + wanted.id() + " hashes to " + digest + ", not to "
                        + wanted.digest() + ".");
            }
            fetched.add(new Fetched(wanted, bytes, document(wanted, bytes)));
        }
        var artifacts = new Artifacts(fetched);
        artifacts.requireOneBrief(request);
        return artifacts;
    }

    private static JsonNode document(ExecutionRequest.Artifact wanted, byte[] bytes) {
        try {
            return StrictJson.read(bytes);
        } catch (UnreadableJson e) {
            throw mismatch(wanted.kind() + " " + wanted.id() + " is no JSON: " + e.getMessage());
        }
    }

    private void requireOneBrief(ExecutionRequest request) {
        List<Fetched> briefs = of("formation_brief");
        if (briefs.size() != 1 || !briefs.get(0).wanted().digest().equals(request.briefDigest())) {
            throw mismatch("The brief among the artifacts is not the one that the request names.");
        }
        for (Fetched part : fetched) {
            JsonNode named = part.document().path("brief_digest");
            if (named.isString() && !named.asString().equals(request.briefDigest())) {
                throw mismatch(part.wanted().kind() + " " + part.wanted().id() + " was made for another brief.");
            }
        }
    }

    private static ExecutionRefused mismatch(String what) {
        return ExecutionRefused.safety("artifact-digest-mismatch", what);
    }

    private List<Fetched> of(String kind) {
        return fetched.stream().filter(one -> one.wanted().kind().equals(kind)).toList();
    }

    /** The gate overlays. */
    List<JsonNode> overlays() {
        return of("gate_overlay").stream().map(Fetched::document).toList();
    }

    private static void put(Map<String, byte[]> files, String path, byte[] content) {
        if (files.put(path, content) != null) {
            throw ExecutionRefused.safety("path-not-allowed", "Two artifacts have the same path; nothing was written.");
        }
    }

    /** Which evidence the brief plans: its required items, each with the gate that decides it. */
    JsonNode evidencePlan() {
        return of("formation_brief").get(0).document().path("evidence_plan").path("required");
    }

    /**
     * The files of the {@code .alloy} tree by their paths: the artifacts as they were digested, and each prompt as a
     * file of its own.
     */
    Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (Fetched one : fetched) {
            put(files, one.wanted().path(), one.bytes());
        }
        for (Fetched pack : of("prompt_pack")) {
            for (JsonNode prompt : pack.document().path("documents")) {
                put(
                        files,
                        prompt.path("path").asString(""),
                        prompt.path("content").asString("").getBytes(StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
