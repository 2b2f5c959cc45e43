package dev.alloy.trail;

import dev.alloy.signing.Envelope;
import java.util.List;

/**
 * A batch of the audit log as it was sealed.
 *
 * @param envelope the signed {@link Checkpoint}
 * @param entries what was sealed, in its order
 */
record SealedBatch(Envelope envelope, List<Entry> entries) {

    /**
     * One event by its number and the hash of what it says.
     *
     * @param hash {@link Merkle#leaf} of {@link EventDocument#bytes}
     */
    record Entry(long eventId, byte[] hash) {}
}
