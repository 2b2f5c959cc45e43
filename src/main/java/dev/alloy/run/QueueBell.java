package dev.alloy.run;

import dev.alloy.database.RepeatedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Wakes waiting polls on every replica when something was queued or freed, after that is committed. What several transactions ring within
 * a few milliseconds is said once. A ring that is lost, as when the replica dies, is what the sweep is for.
 */
@Component
class QueueBell implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(QueueBell.class);
    private static final long BETWEEN_RINGS_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Who only looks on may wait longer than a runner. */
    private static final long BEFORE_TELLING_MILLIS = 100;

    private static final long BEFORE_ANOTHER_TRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final JdbcClient jdbc;
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean telling = new AtomicBoolean();
    private final ScheduledExecutorService ringer =
            Executors.newSingleThreadScheduledExecutor(RepeatedTask.daemon("queue-bell"));
    private volatile long notBefore = System.nanoTime();

    QueueBell(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Says to whoever follows runs of an organization, and to no poll, that there is something to see, once the present transaction has
     * committed: with the next ring, or a moment later.
     */
    void tell(String organizationId) {
        afterCommit(() -> {
            waiting.add(QueueListener.TOLD + organizationId);
            if (telling.compareAndSet(false, true)) {
                schedule(TimeUnit.MILLISECONDS.toNanos(BEFORE_TELLING_MILLIS));
            }
        });
    }

    /** Rings for an organization once the present transaction has committed, and never when it rolls back. */
    void ring(String organizationId) {
        afterCommit(() -> {
            waiting.add(organizationId);
            ringSoon();
        });
    }

    private static void afterCommit(Runnable act) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            act.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                act.run();
            }
        });
    }

    private void ringSoon() {
        if (scheduled.compareAndSet(false, true)) {
            schedule(notBefore - System.nanoTime());
        }
    }

    private void schedule(long nanos) {
        try {
            ringer.schedule(this::ringNow, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("The service stops; the sweep of another replica will find what was freed", e);
        }
    }

    private void ringNow() {
        scheduled.set(false);
        telling.set(false);
        List<String> organizations = new ArrayList<>(waiting);
        organizations.forEach(waiting::remove);
        try {
            notifyOf(organizations);
            notBefore = System.nanoTime() + BETWEEN_RINGS_NANOS;
        } catch (RuntimeException e) {
            log.warn("Waiting polls could not be woken; they will be, or will look by themselves", e);
            notBefore = System.nanoTime() + BEFORE_ANOTHER_TRY_NANOS;
            waiting.addAll(organizations);
            ringSoon();
        }
    }

    private void notifyOf(List<String> organizations) {
        if (!organizations.isEmpty()) {
            jdbc.sql("select pg_notify(:channel, o) from unnest(cast(:organizations as text[])) as o")
                    .param("channel", QueueListener.CHANNEL)
                    .param("organizations", organizations.toArray(String[]::new))
                    .query(row -> {});
        }
    }

    /** Says what is still to be said, while there is a database to say it to. */
    @Override
    public void destroy() {
        ringer.shutdownNow();
        if (!waiting.isEmpty()) {
            ringNow();
        }
    }
}
