package dev.alloy.trail;

import dev.alloy.access.Caller;
import dev.alloy.contract.Digest;
import dev.alloy.problem.ProblemType;
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
     * @param events how many sealed events hold, of those that were looked at
     * @param sealedThrough the last of them; null for none
     * @param unsealed whether there are rows behind it, which nothing speaks for yet
     * @param unsealedSince when the first of them was written; null for none. That it was long ago says that something
     *     keeps the sealer back
     * @param kept the number of the batch whose checkpoint is kept in the data directory; null for none
     * @param checkpoint names the last batch that holds, so a later verification can go on behind it; null for none
     * @param complete whether all that is sealed was looked at; false where as many batches as were asked for came first
     * @param firstBroken null where everything holds
     */
    public record Chain(
            @Nullable String organizationId,
            long batches,
            long events,
            @Nullable String sealedThrough,
            @Nullable String checkpoint,
            boolean complete,
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

    /**
     * A batch that an earlier verification found to hold.
     *
     * @param number of the batch
     * @param digest of its checkpoint
     */
    private record Reached(long number, String digest) {

        /** Reads {@link Chain#checkpoint}; refused with {@code invalid-parameter} when it is nothing of the kind. */
        static @Nullable Reached of(@Nullable String text) {
            if (text == null) {
                return null;
            }
            int dot = text.indexOf('.');
            if (dot < 1
                    || !text.substring(0, dot).matches("[1-9][0-9]{0,17}")
                    || !Digest.isWellFormed(text.substring(dot + 1))) {
                throw ProblemType.INVALID_PARAMETER.because(
                        "'checkpoint' is that of a chain, as an earlier verification answered it.");
            }
            return new Reached(Long.parseLong(text.substring(0, dot)), text.substring(dot + 1));
        }

        static String text(Checkpoint checkpoint) {
            return checkpoint.number() + "." + checkpoint.digest();
        }
    }

    /**
     * Follows the chains within the caller's reach. Refused with {@code authority-missing} to tokens of some projects, and with {@code
     * invalid-parameter} where {@code checkpoint} is none, or the caller sees many chains.
     *
     * @param checkpoint the {@link Chain#checkpoint} to go on behind; null to begin with the first batch
     * @param most how many batches of a chain to look at
     */
    public List<Chain> verify(Caller caller, @Nullable String checkpoint, int most) {
        caller.requireWholeOrganization();
        Reached reached = Reached.of(checkpoint);
        if (reached != null && caller.organizationId() == null) {
            throw ProblemType.INVALID_PARAMETER.because(
                    "'checkpoint' is of one chain, and this token sees many; use a token of the organization.");
        }
        List<PublishedKey> published = keys.all();
        List<Chain> chains = new ArrayList<>();
        for (String organization : chainsOf(caller)) {
            chains.add(verify(organization, published, reached, most));
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

    private Chain verify(
            @Nullable String organization, List<PublishedKey> published, @Nullable Reached from, int most) {
        Checkpoint newestKept;
        try {
            newestKept = kept.of(organization).orElse(null);
        } catch (IllegalStateException e) {
            return new Chain(
                    organization,
                    0,
                    0,
                    null,
                    null,
                    true,
                    true,
                    null,
                    null,
                    new FirstBroken(null, "The checkpoint kept outside of the database is damaged."));
        }
        var walk = new Walk(organization, new ChainCheck(organization, published, newestKept));
        if (from != null) {
            walk.resume(from);
        }
        walk.go(most);
        ChainCheck check = walk.check;
        List<Placed> behind = walk.complete ? batches.behind(organization, walk.reached, 1) : List.of();
        Long firstBehind =
                behind.isEmpty() ? null : Long.valueOf(behind.get(0).event().id());
        Broken first = walk.broken
                .or(() -> walk.complete ? check.end(firstBehind) : Optional.empty())
                .orElse(null);
        Checkpoint last = check.last();
        return new Chain(
                organization,
                last == null ? 0 : last.number(),
                check.events(),
                last == null ? null : String.valueOf(last.lastEventId()),
                last == null ? null : Reached.text(last),
                walk.complete,
                !walk.complete || firstBehind != null,
                behind.isEmpty() ? null : behind.get(0).event().occurredAt(),
                newestKept == null ? null : newestKept.number(),
                first == null
                        ? null
                        : new FirstBroken(
                                first.eventId() == null ? null : String.valueOf(first.eventId()), first.because()));
    }

    /** Follows one chain, a page of batches and the rows of one batch in memory at a time, each page a statement of its own. */
    private final class Walk {

        private final @Nullable String organization;
        private final ChainCheck check;
        private Place reached = Place.BEGINNING;
        private long number;
        private Optional<Broken> broken = Optional.empty();
        private boolean complete = true;

        Walk(@Nullable String organization, ChainCheck check) {
            this.organization = organization;
            this.check = check;
        }

        void resume(Reached from) {
            Optional<Stored> found = batches.after(organization, from.number() - 1, 1).stream()
                    .filter(batch -> batch.checkpoint().number() == from.number())
                    .findFirst();
            if (found.isEmpty()) {
                broken = Optional.of(
                        new Broken(null, "The log does not have batch " + from.number() + ", which held before."));
                return;
            }
            broken = check.resume(found.get().batch(), from.digest());
            reached = found.get().end();
            number = from.number();
            if (broken.isEmpty() && !batches.isAt(organization, reached)) {
                broken = Optional.of(new Broken(reached.id(), "The row is gone, or not in its place."));
            }
        }

        void go(int most) {
            int left = most;
            List<Stored> page = next();
            while (broken.isEmpty() && !page.isEmpty()) {
                for (Stored batch : page) {
                    if (left-- == 0) {
                        complete = false;
                        return;
                    }
                    look(batch);
                    if (broken.isPresent()) {
                        return;
                    }
                }
                page = next();
            }
        }

        private List<Stored> next() {
            return batches.after(organization, number, PAGE);
        }

        private void look(Stored batch) {
            List<SealedBatch.Entry> found = batches.of(organization, reached, batch).stream()
                    .map(Sealer::entry)
                    .toList();
            broken = check.next(batch.batch(), found, true);
            if (broken.isEmpty()) {
                reached = batch.end();
                number = batch.checkpoint().number();
            }
        }
    }
}
