package dev.alloy.outcome;

import dev.alloy.account.SnapshotCheck;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to the one question: did exactly this run execute exactly this brief against exactly this revision, approved by
 * whom, and what evidence is missing? Source: outcome.md, “The audit answer”.
 *
 * @param runRequestId the run
 * @param simulated whether nothing ran: the runner only played the run
 * @param standing on whose word it rests: {@code compared_with_trace}, {@code runners_word_alone}, {@code simulated},
 *     {@code nothing_reported} or {@code not_ended}
 * @param exactSnapshot the verdict on top
 * @param answers each question by its key; keys as in the worked example
 * @param correlation from the intent to the observations, in order
 */
public record AuditAnswer(
        String runRequestId,
        boolean simulated,
        String standing,
        ExactSnapshot exactSnapshot,
        Map<String, Known> answers,
        List<Link> correlation) {

    /**
     * One step of the chain from the intent to what was observed. Each record at the end of {@code href} names its
     * neighbours, so the chain can be walked from either end.
     *
     * @param kind what it is, such as {@code root_event}
     * @param id its id or digest; null when it is not known
     * @param href path of the record that holds it; null when it is not known
     * @param because why it is not known; null when it is
     */
    public record Link(
            String kind,
            @Nullable String id,
            @Nullable String href,
            @Nullable String because) {}

    /**
     * Whether what was executed is what was requested and approved.
     *
     * @param verdict {@code proven}, {@code refuted} or {@code not_reconstructable}
     * @param because why, for people
     * @param checks what was compared
     */
    public record ExactSnapshot(String verdict, String because, List<SnapshotCheck> checks) {}

    /**
     * One answer.
     *
     * @param known whether there is one
     * @param value the answer; null when it is not known
     * @param source path of the record it came from; null when it is not known
     * @param because why it is not known; null when it is
     */
    public record Known(
            boolean known,
            @Nullable Object value,
            @Nullable String source,
            @Nullable String because) {

        static Known of(Object value, String source) {
            return new Known(true, value, source, null);
        }

        static Known not(String because) {
            return new Known(false, null, null, because);
        }
    }
}
