package dev.alloy.access;

import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.RepeatedTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Audits the use of ended credentials: the first use at once, later ones at most once a minute, with their number. The
 * holder of a dead credential could otherwise fill a log that cannot be shortened. Source: access.md.
 */
@Component
public class RefusedUses extends RepeatedTask {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
    private static final long BETWEEN_ROWS = Duration.ofMinutes(1).toNanos();

    /** More dead credentials than are used at a time; of others, each use is told. */
    private static final int MOST_KNOWN = 10_000;

    private final AuditLog audit;
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();

    RefusedUses(AuditLog audit) {
        super("refused-uses", BETWEEN_LOOKS);
        this.audit = audit;
    }

    /**
     * Uses of one credential that no row tells of yet.
     *
     * @param since when the last row was written, in the JVM's nanoseconds
     */
    private record Counted(AuditFact fact, long since, int uses) {

        boolean isDue(long now) {
            return now - since >= BETWEEN_ROWS;
        }
    }

    /** A use that was refused. */
    public void note(Caller caller, String targetType) {
        AuditFact fact = caller.refusedUse(targetType);
        long now = System.nanoTime();
        Counted after = counted.merge(
                targetType + "/" + caller.credentialId(),
                new Counted(fact, now, 0),
                (known, first) -> new Counted(known.fact(), known.since(), known.uses() + 1));
        if (after.uses() == 0 || counted.size() > MOST_KNOWN) {
            audit.append(fact);
        }
    }

    /** Tells of those that came since the last row, and forgets those that have stopped. */
    @Override
    protected void perform() {
        tell(System.nanoTime());
    }

    void tell(long now) {
        for (String key : List.copyOf(counted.keySet())) {
            counted.computeIfPresent(key, (same, known) -> {
                if (!known.isDue(now)) {
                    return known;
                }
                if (known.uses() == 0) {
                    return null;
                }
                audit.append(known.fact().with("uses", known.uses()));
                return new Counted(known.fact(), now, 0);
            });
        }
    }
}
