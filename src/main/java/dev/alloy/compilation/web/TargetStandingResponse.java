package dev.alloy.compilation.web;

import dev.alloy.compilation.TargetEvaluation;
import dev.alloy.compilation.TargetStanding;
import dev.alloy.compiler.TargetDifference;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the target still holds for what the installation reports now. */
@Schema(name = "TargetEvaluation")
record TargetStandingResponse(
        TargetStanding status, String because, @Nullable String manifestDigest, List<Difference> differences) {

    @Schema(name = "TargetDifference")
    record Difference(
            String feature,
            String wanted,
            @Nullable String pinned,
            @Nullable String now,
            String because) {

        static Difference of(TargetDifference difference) {
            return new Difference(
                    difference.feature(),
                    difference.wanted(),
                    difference.pinned(),
                    difference.now(),
                    difference.because());
        }
    }

    static TargetStandingResponse of(TargetEvaluation evaluation) {
        return new TargetStandingResponse(
                evaluation.standing(),
                evaluation.because(),
                evaluation.manifestDigest(),
                evaluation.differences().stream().map(Difference::of).toList());
    }
}
