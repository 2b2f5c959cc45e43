package dev.alloy.compilation;

import dev.alloy.compiler.AlloyFile;
import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Digest;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@code alloy.bundle_manifest.v1}: what a bundle is of, and each of its files with size and digest. */
final class BundleManifest {

    private static final String PATH = ".alloy/manifest.json";

    private BundleManifest() {}

    static AlloyFile of(Brief brief, PromptPack pack, List<GateOverlay> overlays, List<AlloyFile> files) {
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        manifest.put("schema_version", "alloy.bundle_manifest.v1");
        manifest.put("project_id", brief.projectId());
        manifest.putObject("brief")
                .put("id", brief.id())
                .put("version", brief.ordinal())
                .put("digest", brief.digest());
        manifest.putObject("prompt_pack").put("id", pack.id()).put("digest", pack.digest());
        ArrayNode gates = manifest.putArray("gate_overlays");
        overlays.forEach(overlay -> gates.addObject()
                .put("id", overlay.id())
                .put("mode", overlay.mode())
                .put("digest", overlay.digest()));
        ArrayNode list = manifest.putArray("files");
        files.forEach(file -> list.addObject()
                .put("kind", file.kind())
                .put("path", file.path())
                .put("media_type", file.mediaType())
                .put("digest", Digest.of(file.bytes()))
                .put("size_bytes", file.bytes().length));
        return new AlloyFile("manifest", PATH, "application/json", CanonicalJson.bytes(manifest));
    }
}
