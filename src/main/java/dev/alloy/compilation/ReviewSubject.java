package dev.alloy.compilation;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reviewer decides about, in words; long texts and lists are cut.
 *
 * @param objective what the run is for
 * @param mayBeHarmed the capabilities that must not be harmed
 * @param gates the commands that would check the work
 * @param sinceLastApproval what is new; null where nothing of the project was approved before
 */
public record ReviewSubject(
        String objective,
        List<String> mayBeHarmed,
        List<ReviewedGate> gates,
        @Nullable ReviewNews sinceLastApproval) {

    /** Copies the lists. */
    public ReviewSubject {
        mayBeHarmed = List.copyOf(mayBeHarmed);
        gates = List.copyOf(gates);
    }

    /**
     * A command that Foundry runs to check the work.
     *
     * @param mode the mode of its overlay, such as {@code required_for_mutation}
     */
    public record ReviewedGate(String name, String command, String phase, boolean required, String mode) {}

    /**
     * What is new since the approval that was given last in the project.
     *
     * @param changes the first of them
     * @param total how many there are
     */
    public record ReviewNews(
            String approvalId,
            String formationBriefId,
            String approvedBy,
            Instant approvedAt,
            List<ReviewChange> changes,
            int total) {

        /** Copies the list. */
        public ReviewNews {
            changes = List.copyOf(changes);
        }
    }

    /**
     * One thing that is new.
     *
     * @param about {@code intent}, {@code prompts}, {@code gates}, {@code revision}, {@code throttle} or {@code target}
     * @param sentence what changed
     */
    public record ReviewChange(String about, String sentence) {}
}
