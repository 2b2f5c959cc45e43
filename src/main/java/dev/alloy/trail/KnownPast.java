package dev.alloy.trail;

import dev.alloy.contract.Digest;
import dev.alloy.database.DatabaseClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Compares the database with the checkpoints that this replica kept. One that the database lacks shows that it is not
 * the database that this replica knew. Source: operations.md, “Ways back”.
 */
@Service
public class KnownPast {

    private static final Logger log = LoggerFactory.getLogger(KnownPast.class);

    private final AuditBatches batches;
    private final KeptCheckpoints kept;
    private final DatabaseClock clock;

    KnownPast(AuditBatches batches, KeptCheckpoints kept, DatabaseClock clock) {
        this.batches = batches;
        this.kept = kept;
        this.clock = clock;
    }

    /**
     * A kept checkpoint that speaks against the database.
     *
     * @param evidence tells this one from all others
     * @param because what it says, for people
     */
    public record Contradiction(String evidence, String because) {}

    /**
     * All that is kept beside the database.
     *
     * @param blind whether nothing is kept although the log has been sealed: this replica could not tell an earlier state of the database
     * @param contradictions everything kept that the database does not contain; empty where nothing speaks against it
     */
    public record Comparison(boolean blind, List<Contradiction> contradictions) {

        /** Copies the list. */
        public Comparison {
            contradictions = List.copyOf(contradictions);
        }
    }

    /** Compares what is kept with the database. The files are read first, as each is written after its batch. */
    public Comparison compare() {
        List<KeptCheckpoints.Kept> all = kept.all();
        if (all.isEmpty()) {
            return new Comparison(batches.lengths().values().stream().anyMatch(length -> length > 0), List.of());
        }
        Map<String, String> stored = batches.digests(numbers(all));
        Set<String> organizations = new HashSet<>(batches.organizations());
        Instant now = clock.now();
        List<Contradiction> found = new ArrayList<>();
        for (KeptCheckpoints.Kept one : all) {
            because(one, stored, organizations, now)
                    .ifPresent(because -> found.add(
                            new Contradiction("checkpoint " + one.file() + " " + Digest.of(one.content()), because)));
        }
        return new Comparison(false, found);
    }

    private static Map<String, Long> numbers(List<KeptCheckpoints.Kept> all) {
        Map<String, Long> numbers = new HashMap<>();
        for (KeptCheckpoints.Kept one : all) {
            if (one.checkpoint() != null) {
                numbers.put(
                        Objects.requireNonNullElse(one.organizationId(), ""),
                        one.checkpoint().number());
            }
        }
        return numbers;
    }

    /**
     * To be called before anything is written to the log of a database that may be in another cluster: it comes behind
     * what is there.
     */
    public void continueOrder() {
        if (batches.continueOrder()) {
            log.warn(
                    "The database was restored into another cluster; new audit events are ordered behind the old ones");
        }
    }

    private Optional<String> because(
            KeptCheckpoints.Kept one, Map<String, String> stored, Set<String> organizations, Instant now) {
        Checkpoint checkpoint = one.checkpoint();
        if (checkpoint == null) {
            return Optional.of("The checkpoint in " + one.file() + " is damaged.");
        }
        String organization = one.organizationId();
        if (!Objects.equals(checkpoint.organizationId(), organization)) {
            return Optional.of("The checkpoint in " + one.file() + " is of another chain: "
                    + chain(checkpoint.organizationId()) + ".");
        }
        if (organization != null && !organizations.contains(organization)) {
            return Optional.of("Batch " + checkpoint.number() + " of " + chain(organization)
                    + " is kept, and the database does not know that organization.");
        }
        String there = stored.get(Objects.requireNonNullElse(organization, ""));
        if (checkpoint.digest().equals(there)) {
            return Optional.empty();
        }
        String which = "batch " + checkpoint.number() + " of " + chain(organization) + ", sealed at "
                + checkpoint.sealedAt()
                + (checkpoint.sealedAt().isAfter(now) ? " (in the future of this database)" : "");
        long length = batches.newest(organization)
                .map(last -> last.checkpoint().number())
                .orElse(0L);
        return Optional.of(
                there != null
                        ? "The audit log holds another " + which + " than the one that is kept."
                        : "The audit log ends with batch " + length + "; kept is " + which + ".");
    }

    private static String chain(@Nullable String organization) {
        return organization == null ? "what belongs to no organization" : "the organization " + organization;
    }
}
