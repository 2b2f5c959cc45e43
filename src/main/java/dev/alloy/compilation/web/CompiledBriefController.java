package dev.alloy.compilation.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.Bundle;
import dev.alloy.compilation.Bundles;
import dev.alloy.contract.Digest;
import dev.alloy.http.Artifact;
import dev.alloy.http.Representation;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A brief as bytes: what was digested, a rendering for people, and the archive of everything a run needs. */
@Tag(name = "Briefs")
@RestController
class CompiledBriefController {

    private static final String ZIP = "application/zip";

    private final Briefs briefs;
    private final Bundles bundles;

    CompiledBriefController(Briefs briefs, Bundles bundles) {
        this.briefs = briefs;
        this.bundles = bundles;
    }

    @Access(authority = Authority.VIEW, runner = true)
    @Operation(
            operationId = "getCompiledBrief",
            summary = "Fetch the brief's bytes that were digested, or a rendering of them in YAML")
    @GetMapping(
            path = "/api/formation-briefs/{id}/compiled",
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_YAML_VALUE})
    ResponseEntity<byte[]> compiled(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Accept", required = false) @Nullable String accept) {
        Brief brief = briefs.get(caller, id);
        MediaType type = Representation.preferred(accept, MediaType.APPLICATION_JSON, MediaType.APPLICATION_YAML);
        if (type.equals(MediaType.APPLICATION_JSON)) {
            return Artifact.varying(brief.compiledPayload(), brief.digest(), type);
        }
        byte[] yaml = briefs.yaml(brief);
        return Artifact.varying(yaml, Digest.of(yaml), type);
    }

    @Access(authority = Authority.VIEW, runner = true)
    @Operation(
            operationId = "getBriefBundle",
            summary = "Fetch the .alloy tree of a brief as an archive, with a manifest of its files")
    @GetMapping(path = "/api/formation-briefs/{id}/bundle", produces = ZIP)
    ResponseEntity<byte[]> bundle(
            Caller caller,
            @PathVariable String id,
            @RequestParam(name = "prompt_pack_id", required = false) @Nullable String promptPackId) {
        Bundle bundle = bundles.of(caller, id, promptPackId);
        return Artifact.file(bundle.bytes(), Digest.of(bundle.bytes()), MediaType.valueOf(ZIP), bundle.fileName());
    }
}
