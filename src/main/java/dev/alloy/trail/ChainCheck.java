package dev.alloy.trail;

import dev.alloy.signing.Envelope;
import dev.alloy.signing.PublishedKey;
import dev.alloy.trail.SealedBatch.Entry;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Follows one chain of the audit log from its first batch, and finds the first row that is not what was sealed. It
 * knows neither where batches come from nor where the rows do, so the running service and the offline command ask the
 * same questions.
 */
final class ChainCheck {

    /**
     * The first thing that is wrong.
     *
     * @param eventId the row; null where the chain is wrong and no row can be named
     * @param because why, for people
     */
    record Broken(@Nullable Long eventId, String because) {}

    private final @Nullable String organizationId;
    private final List<PublishedKey> keys;
    private final @Nullable Checkpoint kept;
    private @Nullable Checkpoint last;
    private Set<Long> before = Set.of();
    private long events;

    /**
     * @param organizationId whose chain it is; null for what belongs to none
     * @param keys whose signatures count
     * @param kept the newest checkpoint that was kept outside of the database; null for none
     */
    ChainCheck(@Nullable String organizationId, List<PublishedKey> keys, @Nullable Checkpoint kept) {
        this.organizationId = organizationId;
        this.keys = keys;
        this.kept = kept;
    }

    /** The batch before; null before the first. */
    @Nullable
    Checkpoint last() {
        return last;
    }

    /** How many events have been found to be what was sealed. */
    long events() {
        return events;
    }

    /**
     * Goes on behind a batch that was found to hold earlier, instead of beginning with the first. What lies before it is not looked at.
     *
     * @param digest of its checkpoint, as it was then
     * @return what is wrong with the batch itself
     */
    Optional<Broken> resume(SealedBatch batch, String digest) {
        Checkpoint checkpoint = Checkpoint.read(batch.envelope().payloadBytes());
        List<Entry> entries = batch.entries();
        boolean same = checkpoint != null
                && checkpoint.digest().equals(digest)
                && Arrays.equals(checkpoint.bytes(), batch.envelope().payloadBytes())
                && Objects.equals(checkpoint.organizationId(), organizationId)
                && (kept == null
                        || kept.number() != checkpoint.number()
                        || kept.digest().equals(digest));
        if (checkpoint == null || !same || entries.isEmpty() || !fits(checkpoint, entries)) {
            Long first = entries.isEmpty() ? null : Long.valueOf(entries.get(0).eventId());
            return Optional.of(new Broken(first, "The batch is not the one that was found to hold before."));
        }
        before = idsOf(entries);
        last = checkpoint;
        return Optional.empty();
    }

    /**
     * Looks at the next batch.
     *
     * @param found the rows that are there, in their order, each with the hash of what it says now
     * @param complete whether all of the batch's rows should be there; a filtered export leaves some out
     */
    Optional<Broken> next(SealedBatch batch, List<Entry> found, boolean complete) {
        Checkpoint checkpoint = Checkpoint.read(batch.envelope().payloadBytes());
        long first = batch.entries().isEmpty() ? 0 : batch.entries().get(0).eventId();
        Optional<String> wrong =
                checkpoint == null ? Optional.of("The checkpoint cannot be read.") : wrongIn(checkpoint, batch);
        if (wrong.isPresent() || checkpoint == null) {
            return Optional.of(new Broken(first, wrong.orElse("")));
        }
        Optional<Entry> again = batch.entries().stream()
                .filter(entry -> before.contains(entry.eventId()))
                .findFirst();
        if (again.isPresent()) {
            return Optional.of(new Broken(again.get().eventId(), "The row was moved, and sealed twice."));
        }
        Optional<Broken> row = firstBroken(batch.entries(), found, complete);
        if (row.isEmpty()) {
            events += batch.entries().size();
            before = idsOf(batch.entries());
            last = checkpoint;
        }
        return row;
    }

    private Optional<String> wrongIn(Checkpoint checkpoint, SealedBatch batch) {
        long expected = last == null ? 1 : last.number() + 1;
        if (checkpoint.number() != expected) {
            return Optional.of("Batch " + expected + " is gone; " + checkpoint.number() + " follows.");
        }
        String name = "The checkpoint of batch " + expected;
        if (!Objects.equals(checkpoint.organizationId(), organizationId)) {
            return Optional.of(name + " is of another chain.");
        }
        if (!Arrays.equals(checkpoint.bytes(), batch.envelope().payloadBytes())) {
            return Optional.of(name + " is not in the form that is signed.");
        }
        if (kept != null && kept.number() == expected && !kept.digest().equals(checkpoint.digest())) {
            return Optional.of(name + " is not the one that was kept outside of the database.");
        }
        if (!Objects.equals(checkpoint.previous(), last == null ? null : last.digest())) {
            return Optional.of(name + " does not follow the one before.");
        }
        if (!isSigned(batch.envelope(), checkpoint)) {
            return Optional.of(name + " bears no good signature of a key that was in use then.");
        }
        List<Entry> entries = batch.entries();
        boolean same = !entries.isEmpty()
                && checkpoint.eventsTotal() == (last == null ? 0 : last.eventsTotal()) + entries.size()
                && fits(checkpoint, entries);
        return same ? Optional.empty() : Optional.of(name + " does not fit the hashes of its rows.");
    }

    private static boolean fits(Checkpoint checkpoint, List<Entry> entries) {
        return checkpoint.events() == entries.size()
                && checkpoint.firstEventId() == entries.get(0).eventId()
                && checkpoint.lastEventId() == entries.get(entries.size() - 1).eventId()
                && checkpoint
                        .merkleRoot()
                        .equals(Checkpoint.root(
                                Merkle.root(entries.stream().map(Entry::hash).toList())));
    }

    private static Set<Long> idsOf(List<Entry> entries) {
        return entries.stream().map(Entry::eventId).collect(Collectors.toSet());
    }

    private boolean isSigned(Envelope envelope, Checkpoint checkpoint) {
        return envelope.payloadType().equals(Checkpoint.MEDIA_TYPE)
                && keys.stream().anyMatch(key -> key.isValidAt(checkpoint.sealedAt()) && envelope.isSignedBy(key));
    }

    private static Optional<Broken> firstBroken(List<Entry> sealed, List<Entry> found, boolean complete) {
        Set<Long> known = new HashSet<>();
        sealed.forEach(entry -> known.add(entry.eventId()));
        Set<Long> there = new HashSet<>();
        found.forEach(entry -> there.add(entry.eventId()));
        int at = 0;
        for (Entry entry : sealed) {
            if (at < found.size() && !known.contains(found.get(at).eventId())) {
                break;
            }
            if (!there.contains(entry.eventId())) {
                if (complete) {
                    return Optional.of(new Broken(entry.eventId(), "The row is gone."));
                }
                continue;
            }
            Entry present = found.get(at++);
            if (present.eventId() != entry.eventId()) {
                return Optional.of(new Broken(entry.eventId(), "The row is not in its place."));
            }
            if (!Arrays.equals(present.hash(), entry.hash())) {
                return Optional.of(new Broken(entry.eventId(), "The row does not say what was sealed."));
            }
        }
        return at < found.size()
                ? Optional.of(new Broken(
                        found.get(at).eventId(), "The row was inserted after its batch was sealed, or exists twice."))
                : Optional.empty();
    }

    /**
     * To be asked behind the last batch.
     *
     * @param firstUnsealed the first row behind it; null for none
     */
    Optional<Broken> end(@Nullable Long firstUnsealed) {
        long reached = last == null ? 0 : last.number();
        if (kept == null || kept.number() <= reached) {
            return Optional.empty();
        }
        boolean adjacent = kept.number() == reached + 1;
        Long row = adjacent ? Long.valueOf(kept.firstEventId()) : firstUnsealed;
        return Optional.of(new Broken(
                row == null ? Long.valueOf(kept.lastEventId()) : row,
                "The log ends with batch " + reached + "; the checkpoint kept outside of the database is of batch "
                        + kept.number() + ", up to the row " + kept.lastEventId() + "."));
    }
}
