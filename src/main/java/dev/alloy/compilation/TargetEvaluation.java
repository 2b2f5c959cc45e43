package dev.alloy.compilation;

import dev.alloy.compiler.TargetDifference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a brief's target still holds.
 *
 * @param standing the answer
 * @param because a sentence that says why
 * @param manifestDigest the manifest that the installation reports now
 * @param differences the decisions that would be others now
 */
public record TargetEvaluation(
        TargetStanding standing, String because, @Nullable String manifestDigest, List<TargetDifference> differences) {

    /** Copies the list. */
    public TargetEvaluation {
        differences = List.copyOf(differences);
    }
}
