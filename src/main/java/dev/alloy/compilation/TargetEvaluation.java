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
 * @param connectionType how the installation is reached now
 * @param differences the decisions that would be others now
 */
public record TargetEvaluation(
        TargetStanding standing,
        String because,
        @Nullable String manifestDigest,
        String connectionType,
        List<TargetDifference> differences) {

    /** Copies the list. */
    public TargetEvaluation {
        differences = List.copyOf(differences);
    }

    /** Whether the installation is retired: what is stale for another reason says what differs. */
    public boolean isOfRetired() {
        return standing == TargetStanding.STALE && differences.isEmpty();
    }
}
