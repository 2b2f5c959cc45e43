package dev.alloy.compilation.web;

import dev.alloy.compilation.BriefDiffs;
import dev.alloy.compiler.BriefChange;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What changed between two briefs, in the brief's terms. */
@Schema(name = "BriefDiff")
record BriefDiffResponse(Side brief, Side against, boolean same, List<Change> changes) {

    @Schema(name = "BriefDiffSide")
    record Side(
            String id,
            int version,
            String digest,
            String sourceIntentDigest,
            String promptPackId,
            String promptPackDigest) {

        static Side of(BriefDiffs.Side side) {
            return new Side(
                    side.brief().id(),
                    side.brief().ordinal(),
                    side.brief().digest(),
                    side.brief().sourceIntentDigest(),
                    side.pack().id(),
                    side.pack().digest());
        }
    }

    @Schema(name = "BriefChange")
    record Change(
            String area,
            String subject,
            String change,
            @Nullable JsonNode before,
            @Nullable JsonNode after) {

        static Change of(BriefChange change) {
            return new Change(change.area(), change.subject(), change.change(), change.before(), change.after());
        }
    }

    static BriefDiffResponse of(BriefDiffs.Difference difference) {
        return new BriefDiffResponse(
                Side.of(difference.after()),
                Side.of(difference.before()),
                difference.changes().isEmpty(),
                difference.changes().stream().map(Change::of).toList());
    }
}
