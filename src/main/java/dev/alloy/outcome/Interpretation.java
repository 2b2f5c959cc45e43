package dev.alloy.outcome;

import dev.alloy.account.Witness;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run in the language of its intent, for people: what Foundry did, why, which intent it served, what was proved, and
 * what needs a person. Text of others is redacted. Source: outcome.md, “The audit answer”.
 *
 * @param runRequestId the run
 * @param headline the outcome in a sentence
 * @param status the run's state
 * @param claimedStatus what the result claimed; null without one
 * @param simulated whether nothing ran: the runner only played the run
 * @param standing on whose word the report rests, as a sentence
 * @param exactSnapshot the verdict of the audit answer
 * @param why which intent it served, and who wanted it
 * @param whatHappened sentences, in order
 * @param derived what follows from the result whatever it claims; null without one
 * @param evidence each definition with its status
 * @param totals of the required ones
 * @param capabilities what became of those the intent protects
 * @param threats what was to be watched, and what was seen
 * @param needsPerson what a person has to decide or fix, the most pressing first
 * @param followUpQuestions as the result asks them
 * @param sources paths of the records this was made from
 */
public record Interpretation(
        String runRequestId,
        String headline,
        String status,
        @Nullable String claimedStatus,
        boolean simulated,
        String standing,
        String exactSnapshot,
        Why why,
        List<String> whatHappened,
        @Nullable Object derived,
        List<EvidenceLine> evidence,
        Evidence.Totals totals,
        Capabilities capabilities,
        Threats threats,
        List<Need> needsPerson,
        List<String> followUpQuestions,
        Map<String, String> sources) {

    /**
     * What the run was for.
     *
     * @param objective the mission
     * @param intentRefs what the intent refers to, by kind
     * @param requestedBy who requested the run
     * @param approvedBy who approved it; null if not approved yet
     */
    public record Why(
            String objective,
            Map<String, List<String>> intentRefs,
            String requestedBy,
            @Nullable String approvedBy) {}

    /**
     * Where one evidence definition stands.
     *
     * @param witness the strongest witness of it
     * @param simulatedStatus what a simulation said; null where nothing was simulated
     */
    public record EvidenceLine(
            String key,
            String statement,
            boolean required,
            String status,
            String because,
            Witness witness,
            @Nullable String simulatedStatus,
            List<String> capabilityIds) {}

    /**
     * A capability the intent protects, or one that the result speaks of.
     *
     * @param statement null for one that the brief does not know
     * @param severity null for one that the brief does not know
     * @param because why it stands where it stands
     */
    public record Capability(
            String id, @Nullable String statement, @Nullable String severity, String because) {}

    /**
     * Capabilities by what is known of them.
     *
     * @param preserved proved
     * @param atRisk evidence failed, or the result says so
     * @param unproven nothing speaks against it, and nothing proves it
     */
    public record Capabilities(List<Capability> preserved, List<Capability> atRisk, List<Capability> unproven) {}

    /** Threats that the intent watches, and those that the result observed. */
    public record Threats(List<String> watched, List<String> observed) {}

    /**
     * Something for a person.
     *
     * @param what a sentence
     * @param next what makes sense to do
     * @param source path of the record that tells it
     */
    public record Need(String what, String next, String source) {}
}
