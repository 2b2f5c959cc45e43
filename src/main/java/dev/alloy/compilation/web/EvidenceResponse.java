package dev.alloy.compilation.web;

import dev.alloy.compilation.EvidenceDefinition;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One piece of evidence that a brief plans for; without an id in a preview. */
@Schema(name = "EvidenceDefinition")
record EvidenceResponse(
        @Nullable String id,
        String key,
        String statement,
        String kind,
        boolean required,
        @Nullable String gate,
        List<String> capabilityIds) {

    static EvidenceResponse of(EvidenceDefinition definition) {
        return new EvidenceResponse(
                definition.id(),
                definition.key(),
                definition.statement(),
                definition.kind(),
                definition.required(),
                definition.gate(),
                definition.capabilityIds());
    }

    static EvidenceResponse of(dev.alloy.compiler.PlannedEvidence definition) {
        return new EvidenceResponse(
                null,
                definition.key(),
                definition.statement(),
                definition.kind(),
                definition.required(),
                definition.gate(),
                definition.capabilityIds());
    }
}
