package dev.alloy.compilation.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.GateOverlay;
import dev.alloy.compilation.PromptEdits;
import dev.alloy.compilation.PromptPack;
import dev.alloy.compiler.Phase;
import dev.alloy.http.Artifact;
import dev.alloy.http.Creates;
import dev.alloy.http.EntityTag;
import dev.alloy.http.JsonBody;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Prompt packs and gate overlays: their rows for people, their bytes for runners. */
@Tag(name = "Briefs")
@RestController
class ArtifactController {

    private final Briefs briefs;
    private final PromptEdits edits;
    private final PublicUrl urls;

    ArtifactController(Briefs briefs, PromptEdits edits, PublicUrl urls) {
        this.briefs = briefs;
        this.edits = edits;
        this.urls = urls;
    }

    @JsonBody(schema = "edit_prompt")
    record EditPromptRequest(String phase, String content, String reason) {}

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getPromptPack", summary = "Read a prompt pack's row")
    @GetMapping("/api/prompt-packs/{id}")
    PromptPackResponse pack(Caller caller, @PathVariable String id) {
        return shape(caller, briefs.pack(caller, id));
    }

    private PromptPackResponse shape(Caller caller, PromptPack pack) {
        return PromptPackResponse.of(pack, briefs.packsOf(caller, briefs.get(caller, pack.formationBriefId())));
    }

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS)
    @Problems({ProblemType.INVALID_TRANSITION, ProblemType.PACK_SUPERSEDED})
    @Operation(
            operationId = "editPrompt",
            summary = "Edit the prompt of a phase: creates a new pack and ends the brief's approvals")
    @PostMapping("/api/prompt-packs/{id}/edits")
    ResponseEntity<PromptPackResponse> edit(
            Caller caller, @PathVariable String id, @RequestBody EditPromptRequest body) {
        Phase phase = Phase.parse(body.phase()).orElseThrow();
        PromptPack made = edits.edit(caller, id, phase, body.content(), body.reason());
        return ResponseEntity.created(URI.create(urls.of("/api/prompt-packs/" + made.id())))
                .body(shape(caller, made));
    }

    @Access(authority = Authority.VIEW, runner = true)
    @Operation(operationId = "getCompiledPromptPack", summary = "Fetch the prompt pack's bytes that were digested")
    @GetMapping(path = "/api/prompt-packs/{id}/compiled", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> compiledPack(Caller caller, @PathVariable String id) {
        PromptPack pack = briefs.pack(caller, id);
        return Artifact.answer(pack.prompts(), pack.digest(), MediaType.APPLICATION_JSON);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getGateOverlay", summary = "Read a gate overlay's row")
    @GetMapping("/api/gate-overlays/{id}")
    ResponseEntity<GateOverlayResponse> overlay(Caller caller, @PathVariable String id) {
        GateOverlay overlay = briefs.overlay(caller, id);
        return ResponseEntity.ok()
                .eTag(EntityTag.of(overlay.id(), overlay.version()))
                .body(GateOverlayResponse.of(overlay));
    }

    @Access(authority = Authority.VIEW, runner = true)
    @Operation(operationId = "getCompiledGateOverlay", summary = "Fetch the gate overlay's bytes that were digested")
    @GetMapping(path = "/api/gate-overlays/{id}/compiled", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> compiledOverlay(Caller caller, @PathVariable String id) {
        GateOverlay overlay = briefs.overlay(caller, id);
        return Artifact.answer(overlay.content(), overlay.digest(), MediaType.APPLICATION_JSON);
    }
}
