package dev.alloy.compilation.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.compilation.PackEntry;
import dev.alloy.compilation.PromptPack;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** A prompt pack's row, who changed what in it, and the packs of its brief. */
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
        Instant createdAt,
        List<Earlier> history) {

    @Schema(name = "PromptPackOfBrief")
    record Earlier(String id, int ordinal, String digest, String createdBy, Instant createdAt) {

        static Earlier of(PackEntry pack) {
            return new Earlier(pack.id(), pack.ordinal(), pack.digest(), pack.createdBy(), pack.createdAt());
        }
    }

    static PromptPackResponse of(PromptPack pack, List<PackEntry> all) {
        return new PromptPackResponse(
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
                pack.createdAt(),
                all.stream().map(Earlier::of).toList());
    }
}
