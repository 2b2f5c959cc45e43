package dev.alloy.compilation;

import java.time.Instant;

/**
 * What a run of a brief is made of.
 *
 * @param status the brief's
 * @param throttle how far Foundry may go at most
 * @param pack the prompts that the run would use
 * @param fourEyes whether the project wants two people above dry_run
 * @param targetKnown whether it is known if the brief still fits what its installation reports
 * @param readAt when this was read, by the database's clock; the brief's row has been locked since
 */
public record RunnableBrief(
        String id,
        String organizationId,
        String projectId,
        String digest,
        BriefStatus status,
        String installationId,
        String entryEvent,
        String throttle,
        String repoPath,
        String repoRevision,
        String branch,
        Pack pack,
        boolean fourEyes,
        boolean targetKnown,
        Instant readAt) {

    /**
     * A prompt pack without its words.
     *
     * @param edited whether it differs from the pack that the brief was compiled with
     */
    public record Pack(String id, String digest, boolean edited) {}
}
