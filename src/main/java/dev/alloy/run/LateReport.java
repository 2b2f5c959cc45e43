package dev.alloy.run;

import java.time.Instant;

/**
 * A word on a run that came too late or contradicts the first: kept, not believed.
 *
 * @param id counts up over all runs
 * @param runRequestId the run, which the database may not know
 * @param reason why it is not believed, such as {@code superseded-attempt}
 * @param body the document as it was sent
 * @param digest digest of these bytes
 * @param reportedBy who sent it
 * @param receivedAt when
 */
public record LateReport(
        long id,
        String runRequestId,
        String reason,
        byte[] body,
        String digest,
        String reportedBy,
        Instant receivedAt) {}
