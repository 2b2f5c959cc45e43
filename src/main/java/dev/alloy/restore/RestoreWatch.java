package dev.alloy.restore;

import dev.alloy.database.DatabaseServer;
import dev.alloy.database.DatabaseServers;
import dev.alloy.database.RepeatedTask;
import dev.alloy.trail.KnownPast;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Has the database judged before the service answers anybody, and each time it comes to another server. Until then the database itself refuses
 * to have anything accepted.
 */
@Component
class RestoreWatch extends RepeatedTask implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(RestoreWatch.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Where the server does not tell, only what is kept does, and comparing that reads all chains. */
    private static final int TICKS_BETWEEN_COMPARISONS = 60;

    private final DatabaseServers servers;
    private final RestoredDatabase database;
    private final KnownPast past;
    private @Nullable DatabaseServer last;
    private boolean gone;
    private int ticks;

    RestoreWatch(DatabaseServers servers, RestoredDatabase database, KnownPast past) {
        super("restore-watch", INTERVAL);
        this.servers = servers;
        this.database = database;
        this.past = past;
    }

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
            boolean unseen = !present.isTold() && ticks % TICKS_BETWEEN_COMPARISONS == 0;
            boolean asNoted = servers.noted().filter(present::equals).isPresent();
            if (gone || unseen || !asNoted || !present.equals(last)) {
                past.continueOrder();
                last = database.judgeWhileRunning();
            }
            gone = false;
        } catch (RuntimeException e) {
            gone = true;
            log.debug("The server of the database could not be asked; it is judged when it answers", e);
        }
    }
}
