package dev.alloy.trail;

import dev.alloy.database.DatabaseClock;
import dev.alloy.signing.Envelope;
import dev.alloy.signing.SigningKeys;
import dev.alloy.trail.AuditBatches.Place;
import dev.alloy.trail.AuditBatches.Placed;
import dev.alloy.trail.AuditBatches.Stored;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Folds what was written to the audit log into signed batches. It reads committed rows only and locks none, so no
 * writer waits for it; a row is sealed when its transaction and all earlier ones have ended, which a long transaction
 * delays. Source: outcome.md, “Audit log”.
 */
@Component
class Sealer {

    private static final Logger log = LoggerFactory.getLogger(Sealer.class);

    private static final int BATCH = 1_000;

    private final AuditBatches batches;
    private final KeptCheckpoints kept;
    private final SigningKeys keys;
    private final DatabaseClock clock;
    private final TransactionTemplate transaction;

    /** What was said of chains that wait for a person; once is enough. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    Sealer(
            AuditBatches batches,
            KeptCheckpoints kept,
            SigningKeys keys,
            DatabaseClock clock,
            PlatformTransactionManager transactions) {
        this.batches = batches;
        this.kept = kept;
        this.keys = keys;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Seals everything that can be sealed now, and keeps the newest checkpoints, whichever replica sealed. */
    void sealAll() {
        batches.chainsToSeal().forEach(this::seal);
        batches.lengths().forEach((organization, length) -> {
            if (length > kept.number(organization)) {
                keep(organization);
            }
        });
    }

    private void seal(@Nullable String organization) {
        boolean more = continuesWhatIsKept(organization);
        while (more) {
            more = Boolean.TRUE.equals(
                    transaction.execute(status -> batches.claim(organization) && sealNext(organization)));
        }
    }

    /** An attacker with the database alone must not get the service to sign another past, nor to forget the one it knows. */
    private boolean continuesWhatIsKept(@Nullable String organization) {
        Checkpoint known;
        try {
            known = kept.of(organization).orElse(null);
        } catch (IllegalStateException e) {
            // The chain waits for a person; the others are sealed.
            if (said.add(String.valueOf(e.getMessage()))) {
                log.error("The audit log of {} is not sealed any further", organization, e);
            }
            return false;
        }
        if (known == null) {
            return true;
        }
        boolean continues = batches.digest(organization, known.number())
                .filter(known.digest()::equals)
                .isPresent();
        if (!continues && said.add(known.digest())) {
            log.error(
                    "The audit log of {} does not continue the checkpoint that is kept in the data directory (batch {}); it is not"
                            + " sealed any further. See GET /api/audit-verification.",
                    organization == null ? "no organization" : organization,
                    known.number());
        }
        return continues;
    }

    private void keep(@Nullable String organization) {
        Optional<Stored> newest = batches.newest(organization);
        if (newest.isPresent() && continuesWhatIsKept(organization)) {
            kept.keep(organization, newest.get().batch().envelope());
        }
    }

    /** Returns whether there may be more. */
    private boolean sealNext(@Nullable String organization) {
        Optional<Stored> previous = batches.newest(organization);
        List<Placed> rows =
                batches.ended(organization, previous.map(Stored::end).orElse(Place.BEGINNING), BATCH);
        if (rows.isEmpty()) {
            return false;
        }
        List<SealedBatch.Entry> entries =
                rows.stream().map(row -> entry(row.event())).toList();
        Placed first = rows.get(0);
        Placed last = rows.get(rows.size() - 1);
        var checkpoint = new Checkpoint(
                organization,
                previous.map(one -> one.checkpoint().number()).orElse(0L) + 1,
                rows.size(),
                previous.map(one -> one.checkpoint().eventsTotal()).orElse(0L) + rows.size(),
                first.event().id(),
                last.event().id(),
                Checkpoint.root(Merkle.root(
                        entries.stream().map(SealedBatch.Entry::hash).toList())),
                previous.map(one -> one.checkpoint().digest()).orElse(null),
                clock.now());
        Envelope envelope = keys.sign(Checkpoint.MEDIA_TYPE, checkpoint.bytes());
        batches.add(checkpoint, new SealedBatch(envelope, entries), last.place());
        return rows.size() == BATCH;
    }

    /** An event as it is sealed. */
    static SealedBatch.Entry entry(AuditEvent event) {
        return new SealedBatch.Entry(event.id(), Merkle.leaf(EventDocument.bytes(EventDocument.of(event))));
    }
}
