package dev.alloy.compilation.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.GateOverlay;
import dev.alloy.compilation.PromptPack;
import dev.alloy.http.Artifact;
import dev.alloy.http.EntityTag;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Prompt packs and gate overlays: their rows for people, their bytes for runners. */
@Tag(name = "Briefs")
@RestController
class ArtifactController {

    private final Briefs briefs;

    ArtifactController(Briefs briefs) {
        this.briefs = briefs;
    }

    record PromptPackResponse(
            String id,
            String formationBriefId,
            String projectId,
            int ordinal,
            String digest,
            String schemaVersion,
            String templateVersion,
            String compilerVersion,
            @JsonRawValue @Schema(type = "array") String humanEdits,
            String createdBy,
            Instant createdAt) {}

    record GateOverlayResponse(
            String id,
            String formationBriefId,
            String projectId,
            String mode,
            String status,
            String digest,
            String schemaVersion,
            Instant createdAt,
            @Nullable String approvedBy,
            @Nullable Instant approvedAt) {}

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getPromptPack", summary = "Read a prompt pack's row")
    @GetMapping("/api/prompt-packs/{id}")
    ResponseEntity<PromptPackResponse> pack(Caller caller, @PathVariable String id) {
        PromptPack pack = briefs.pack(caller, id);
        return ResponseEntity.ok()
                .eTag(EntityTag.of(pack.digest()))
                .body(new PromptPackResponse(
                        pack.id(),
                        pack.formationBriefId(),
                        pack.projectId(),
                        pack.ordinal(),
                        pack.digest(),
                        pack.schemaVersion(),
                        pack.templateVersion(),
                        pack.compilerVersion(),
                        pack.humanEdits(),
                        pack.createdBy(),
                        pack.createdAt()));
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
                .body(new GateOverlayResponse(
                        overlay.id(),
                        overlay.formationBriefId(),
                        overlay.projectId(),
                        overlay.mode(),
                        overlay.status(),
                        overlay.digest(),
                        overlay.schemaVersion(),
                        overlay.createdAt(),
                        overlay.approvedBy(),
                        overlay.approvedAt()));
    }

    @Access(authority = Authority.VIEW, runner = true)
    @Operation(operationId = "getCompiledGateOverlay", summary = "Fetch the gate overlay's bytes that were digested")
    @GetMapping(path = "/api/gate-overlays/{id}/compiled", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> compiledOverlay(Caller caller, @PathVariable String id) {
        GateOverlay overlay = briefs.overlay(caller, id);
        return Artifact.answer(overlay.content(), overlay.digest(), MediaType.APPLICATION_JSON);
    }
}
