package dev.alloy.trail;

import dev.alloy.access.Caller;
import dev.alloy.signing.PublishedKey;
import dev.alloy.signing.SigningKeys;
import dev.alloy.trail.AuditBatches.Place;
import dev.alloy.trail.AuditBatches.Placed;
import dev.alloy.trail.AuditBatches.Stored;
import dev.alloy.trail.ChainCheck.Broken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Verifies the audit log against its batches, signatures, and the checkpoints in this replica's data directory. Reads
 * in pages, each by itself: a transaction over all of it would keep the hot tables from being cleaned.
 */
@Service
public class AuditVerification {

    private static final int PAGE = 10;

    private final AuditBatches batches;
    private final KeptCheckpoints kept;
    private final SigningKeys keys;

    AuditVerification(AuditBatches batches, KeptCheckpoints kept, SigningKeys keys) {
        this.batches = batches;
        this.kept = kept;
        this.keys = keys;
    }

    /**
     * A row, and what is wrong with it.
     *
     * @param id the row; null where none can be named
     */
    public record FirstBroken(@Nullable String id, String because) {}

    /**
     * One chain.
     *
     * @param organizationId whose; null for what belongs to none
     * @param batches how many batches hold
     * @param events how many sealed events hold
     * @param sealedThrough the last of them; null for none
     * @param unsealed whether there are rows behind it, which nothing speaks for yet
     * @param unsealedSince when the first of them was written; null for none. That it was long ago says that something
     *     keeps the sealer back
     * @param kept the number of the batch whose checkpoint is kept in the data directory; null for none
     * @param firstBroken null where everything holds
     */
    public record Chain(
            @Nullable String organizationId,
            long batches,
            long events,
            @Nullable String sealedThrough,
            boolean unsealed,
            @Nullable Instant unsealedSince,
            @Nullable Long kept,
            @Nullable FirstBroken firstBroken) {}

    /**
     * What can be seen of a chain without following it.
     *
     * @param sealedThrough its last sealed row; null for none
     * @param unsealedSince when the first row behind it was written; null for none
     * @param continuesWhatIsKept whether it still has the newest checkpoint that this replica keeps outside of the database
     */
    public record Glance(
            @Nullable String sealedThrough, @Nullable Instant unsealedSince, boolean continuesWhatIsKept) {}

    /**
     * How the chain of the caller's organization stands, however long it is. It says that something is wrong, never
     * that all is right. Refused with {@code authority-missing} to tokens of some projects.
     */
    public Glance glance(Caller caller) {
        caller.requireWholeOrganization();
        String organization = caller.organizationId();
        Optional<Stored> newest = batches.newest(organization);
        List<Placed> behind =
                batches.behind(organization, newest.map(Stored::end).orElse(Place.BEGINNING), 1);
        return new Glance(
                newest.map(last -> String.valueOf(last.checkpoint().lastEventId()))
                        .orElse(null),
                behind.isEmpty() ? null : behind.get(0).event().occurredAt(),
                continuesWhatIsKept(organization));
    }

    /** What is kept and cannot be read speaks for nothing. */
    private boolean continuesWhatIsKept(@Nullable String organization) {
        try {
            Checkpoint known = kept.of(organization).orElse(null);
            return known == null
                    || batches.digest(organization, known.number())
                            .filter(known.digest()::equals)
                            .isPresent();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Follows the chains within the caller's reach. Refused with {@code authority-missing} to tokens of some projects. */
    public List<Chain> verify(Caller caller) {
        caller.requireWholeOrganization();
        List<PublishedKey> published = keys.all();
        List<Chain> chains = new ArrayList<>();
        for (String organization : chainsOf(caller)) {
            chains.add(verify(organization, published));
        }
        return chains;
    }

    /** Those that the database knows, and those that it should know. */
    private Set<@Nullable String> chainsOf(Caller caller) {
        Set<@Nullable String> chains = new LinkedHashSet<>();
        if (caller.organizationId() != null) {
            chains.add(caller.organizationId());
        } else {
            chains.addAll(batches.organizations());
            chains.addAll(kept.organizations());
            chains.add(null);
        }
        return chains;
    }

    private Chain verify(@Nullable String organization, List<PublishedKey> published) {
        Checkpoint newestKept;
        try {
            newestKept = kept.of(organization).orElse(null);
        } catch (IllegalStateException e) {
            return new Chain(
                    organization,
                    0,
                    0,
                    null,
                    true,
                    null,
                    null,
                    new FirstBroken(null, "The checkpoint kept outside of the database is damaged."));
        }
        var check = new ChainCheck(organization, published, newestKept);
        Place reached = Place.BEGINNING;
        Optional<Broken> broken = Optional.empty();
        long number = 0;
        for (List<Stored> page = batches.after(organization, number, PAGE);
                broken.isEmpty() && !page.isEmpty();
                page = batches.after(organization, number, PAGE)) {
            for (Stored batch : page) {
                List<SealedBatch.Entry> found = batches.of(organization, reached, batch).stream()
                        .map(Sealer::entry)
                        .toList();
                broken = check.next(batch.batch(), found, true);
                if (broken.isPresent()) {
                    break;
                }
                reached = batch.end();
                number = batch.checkpoint().number();
            }
        }
        List<Placed> behind = batches.behind(organization, reached, 1);
        Long firstBehind =
                behind.isEmpty() ? null : Long.valueOf(behind.get(0).event().id());
        Broken first = broken.or(() -> check.end(firstBehind)).orElse(null);
        Checkpoint last = check.last();
        return new Chain(
                organization,
                last == null ? 0 : last.number(),
                check.events(),
                last == null ? null : String.valueOf(last.lastEventId()),
                firstBehind != null,
                behind.isEmpty() ? null : behind.get(0).event().occurredAt(),
                newestKept == null ? null : newestKept.number(),
                first == null
                        ? null
                        : new FirstBroken(
                                first.eventId() == null ? null : String.valueOf(first.eventId()), first.because()));
    }
}
