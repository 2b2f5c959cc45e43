package dev.alloy.compilation.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.alloy.compilation.Compilations;
import dev.alloy.compilation.CompileWarning;
import dev.alloy.compilation.GateOverlay;
import dev.alloy.compilation.TargetEvaluation;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A brief with everything that belongs to it. */
record BriefResponse(
        @JsonUnwrapped BriefSummaryResponse summary,
        PackReference promptPack,
        List<OverlayReference> gateOverlays,
        List<EvidenceResponse> evidenceDefinitions,
        @JsonRawValue @Schema(type = "object") String target,
        TargetStandingResponse targetEvaluation,
        @Nullable @JsonRawValue @Schema(type = "object") String templateParameters,

        List<CompileWarning> warnings,

        @JsonRawValue @Schema(ref = "#/components/schemas/source_intent")
        String sourceIntentSnapshot)
        implements CompileResponse {

    record PackReference(String id, String digest) {}

    record OverlayReference(String id, String mode, String digest, String status) {

        static OverlayReference of(GateOverlay overlay) {
            return new OverlayReference(overlay.id(), overlay.mode(), overlay.digest(), overlay.status());
        }
    }

    static BriefResponse of(
            Compilations.Compiled compiled, TargetEvaluation evaluation, List<CompileWarning> warnings) {
        return new BriefResponse(
                BriefSummaryResponse.of(compiled.brief()),
                new PackReference(compiled.pack().id(), compiled.pack().digest()),
                compiled.overlays().stream().map(OverlayReference::of).toList(),
                compiled.evidence().stream().map(EvidenceResponse::of).toList(),
                compiled.brief().target(),
                TargetStandingResponse.of(evaluation),
                compiled.brief().templateParameters(),
                warnings,
                new String(compiled.brief().sourceIntentSnapshot(), StandardCharsets.UTF_8));
    }
}
