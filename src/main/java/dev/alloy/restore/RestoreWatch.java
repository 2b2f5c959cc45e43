package dev.alloy.restore;

import dev.alloy.database.DatabaseServer;
import dev.alloy.database.DatabaseServers;
import dev.alloy.database.DatabaseWatch;
import dev.alloy.database.RepeatedTask;
import dev.alloy.trail.KnownPast;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.NestedRuntimeException;
import org.springframework.stereotype.Component;

/**
 * Has the database judged before the service answers anybody, and each time it comes to another server or its server was started again. Until
 * then the database itself refuses to have anything accepted.
 */
@Component
class RestoreWatch extends RepeatedTask implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(RestoreWatch.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Where nothing else tells, what is kept does: a virtual machine that is put back takes its running server along. */
    private static final int TICKS_BETWEEN_COMPARISONS = 60;

    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final DatabaseServers servers;
    private final RestoredDatabase database;
    private final KnownPast past;
    private final DatabaseWatch answers;
    private @Nullable DatabaseServer last;
    private int ticks;
    private @Nullable Long warned;
    private volatile @Nullable Failing failing;

    RestoreWatch(DatabaseServers servers, RestoredDatabase database, KnownPast past, DatabaseWatch answers) {
        super("restore-watch", INTERVAL);
        this.servers = servers;
        this.database = database;
        this.past = past;
        this.answers = answers;
    }

    /**
     * That the database cannot be judged.
     *
     * @param since by the clock of {@link System#nanoTime}
     * @param because for people
     * @param times how often in a row
     */
    private record Failing(long since, String because, int times) {}

    /**
     * That the database cannot be judged at present, so a restore would go unnoticed.
     *
     * @param since for how long
     * @param because the newest reason, for people
     */
    record Unjudged(Duration since, String because) {}

    @Override
    public void afterSingletonsInstantiated() {
        past.continueOrder();
        last = database.judgeAtStart();
    }

    @Override
    protected void perform() {
        look();
    }

    /** Looks once. */
    void look() {
        try {
            DatabaseServer present = servers.present();
            ticks++;
            boolean asNoted = servers.noted().filter(present::isIn).isPresent();
            if (failing != null || ticks % TICKS_BETWEEN_COMPARISONS == 0 || !asNoted || !present.equals(last)) {
                past.continueOrder();
                last = database.judgeWhileRunning();
            }
            judged();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** Whether the database could not be judged for some time; one failure in between says nothing. */
    Optional<Unjudged> unjudged() {
        return Optional.ofNullable(failing)
                .filter(one -> one.times() > 1)
                .map(one -> new Unjudged(Duration.ofNanos(System.nanoTime() - one.since()), one.because()));
    }

    private void judged() {
        if (warned != null) {
            log.info("The database could be judged again");
        }
        failing = null;
        warned = null;
    }

    /** What Spring says of a database repeats the statement; the database's own words do not. */
    private static String inWords(RuntimeException e) {
        Throwable said = e instanceof NestedRuntimeException ? NestedExceptionUtils.getMostSpecificCause(e) : e;
        return String.valueOf(said.getMessage());
    }

    private void failed(RuntimeException e) {
        long now = System.nanoTime();
        Failing before = failing;
        String because = inWords(e);
        failing = before == null
                ? new Failing(now, because, 1)
                : new Failing(before.since(), because, before.times() + 1);
        log.debug("The server of the database could not be asked; it is judged when it answers", e);
        // That it does not answer is said elsewhere.
        boolean due = warned == null || now - warned >= BETWEEN_WARNINGS.toNanos();
        if (before != null && due && !answers.isGone()) {
            log.warn(
                    "Whether the database was restored cannot be judged, and nothing is accepted on a server that was not judged. It is tried again"
                            + " each second: {}",
                    because);
            warned = now;
        }
    }
}
