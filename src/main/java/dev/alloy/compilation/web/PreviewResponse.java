package dev.alloy.compilation.web;

import dev.alloy.compilation.CompileWarning;
import dev.alloy.compilation.CompiledRequest;
import dev.alloy.compilation.TemplateUse;
import dev.alloy.compiler.Compilation;
import dev.alloy.compiler.CompiledOverlay;
import dev.alloy.compiler.ReportRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What compiling would make: digests, decisions and the documents themselves, but no ids, since nothing was stored. */
record PreviewResponse(
        boolean preview,
        String projectId,
        String installationId,
        String digest,
        String compilerVersion,
        String manifestDigest,
        String sourceIntentDigest,
        @Nullable Template template,
        RepoResponse repo,
        String entryEvent,
        String throttle,
        String effect,
        Pack promptPack,
        List<Overlay> gateOverlays,
        List<EvidenceResponse> evidenceDefinitions,
        @Schema(type = "object") ObjectNode target,
        List<ObjectNode> report,
        List<CompileWarning> warnings,

        @Schema(ref = "#/components/schemas/alloy.formation_brief.v1")
        ObjectNode formationBrief,

        @Schema(ref = "#/components/schemas/source_intent") ObjectNode sourceIntent)
        implements CompileResponse {

    @Schema(name = "PreviewedTemplate")
    record Template(String id, int version, ObjectNode parameters) {

        static @Nullable Template of(@Nullable TemplateUse use) {
            return use == null ? null : new Template(use.templateId(), use.version(), use.values());
        }
    }

    @Schema(name = "PreviewedPromptPack")
    record Pack(
            String digest,

            @Schema(ref = "#/components/schemas/alloy.prompt_pack.v1")
            ObjectNode document) {}

    @Schema(name = "PreviewedGateOverlay")
    record Overlay(
            String mode,
            String digest,

            @Schema(ref = "#/components/schemas/alloy.gate_overlay.v1")
            ObjectNode document) {

        static Overlay of(CompiledOverlay overlay) {
            return new Overlay(
                    overlay.mode().wire(),
                    overlay.document().digest(),
                    overlay.document().tree());
        }
    }

    static PreviewResponse of(CompiledRequest prepared, List<CompileWarning> warnings) {
        Compilation compilation = prepared.compilation();
        return new PreviewResponse(
                true,
                prepared.project().id(),
                prepared.installation().id(),
                compilation.brief().digest(),
                compilation.compilerVersion(),
                compilation.manifestDigest(),
                compilation.intentDigest(),
                Template.of(prepared.template()),
                new RepoResponse(prepared.repo().path(), prepared.repo().revision(), compilation.branch()),
                compilation.entryEvent().wire(),
                compilation.throttle().wire(),
                compilation.effect().wire(),
                new Pack(
                        compilation.promptPack().digest(),
                        compilation.promptPack().tree()),
                compilation.overlays().stream().map(Overlay::of).toList(),
                compilation.evidence().stream().map(EvidenceResponse::of).toList(),
                compilation.target().toJson(),
                compilation.report().stream().map(ReportRow::toJson).toList(),
                warnings,
                compilation.brief().tree(),
                prepared.sourceIntent());
    }
}
