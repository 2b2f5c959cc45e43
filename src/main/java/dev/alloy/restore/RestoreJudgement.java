package dev.alloy.restore;

import dev.alloy.database.DatabaseServer.Change;
import dev.alloy.trail.KnownPast.Contradiction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a database counts as restored. Pure; each witness against it is enough, and none can be outvoted. Source: ADR 29.
 *
 * @param because what says that it was restored; empty where nothing does
 */
record RestoreJudgement(List<String> because) {

    /** Copies the list. */
    RestoreJudgement {
        because = List.copyOf(because);
    }

    boolean isRestored() {
        return !because.isEmpty();
    }

    /**
     * When the service starts. Nobody looked on while the database was away: another server or timeline is a restore unless the operator says
     * that nothing is missing.
     *
     * @param operator what the operator says; null for nothing
     * @param change the present server beside the one that the database was served on last
     * @param contradictions what was kept outside and is not in the database
     */
    static RestoreJudgement atStart(@Nullable Boolean operator, Change change, List<Contradiction> contradictions) {
        List<String> because = new ArrayList<>();
        if (Boolean.TRUE.equals(operator)) {
            because.add("The operator set ALLOY_RESTORED.");
        }
        if (!Boolean.FALSE.equals(operator)) {
            of(change, because);
        }
        contradictions.forEach(one -> because.add(one.because()));
        return new RestoreJudgement(because);
    }

    /**
     * When the database answers differently while the service runs. This replica looked on, and kept the newest checkpoints: another timeline
     * alone is a failover, unless what it keeps could not show that something is missing.
     *
     * @param wouldShow whether checkpoints of each chain are kept up to now
     */
    static RestoreJudgement whileRunning(Change change, boolean wouldShow, List<Contradiction> contradictions) {
        List<String> because = new ArrayList<>();
        if (change == Change.ANOTHER || !wouldShow) {
            of(change, because);
        }
        contradictions.forEach(one -> because.add(one.because()));
        return new RestoreJudgement(because);
    }

    private static void of(Change change, List<String> because) {
        switch (change) {
            case NONE -> {}
            case TIMELINE ->
                because.add(
                        "The server is on another timeline than when the database was served last: a standby took over, or a backup was recovered to a point in time.");
            case ANOTHER ->
                because.add(
                        "The database is on another server, or is another copy, than when it was served last: a dump was restored, or all was moved.");
        }
    }
}
