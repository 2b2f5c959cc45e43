package dev.alloy.limit;

import dev.alloy.access.Caller;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the requests of an organization that are served at a time. Others wait, and the organization's tokens take
 * turns. Organizations have nothing to do with each other. Knows nothing of HTTP; safe for many threads.
 */
class FairShare {

    /** What a new interval counts in the mean of them. */
    private static final double NEWEST = 0.1;

    private final int atOnce;
    private final int atOnceOfToken;
    private final int mostWaiting;
    private final Semaphore seats;
    private final Duration burst;
    private final LongSupplier nanoTime;
    private final Map<String, Lane> lanes = new HashMap<>();

    /**
     * Makes a share.
     *
     * @param atOnce how many requests of an organization are served at a time
     * @param atOnceOfToken how many of them may be of one token
     * @param mostWaiting how many requests of an organization may wait
     * @param seats of all that wait, here and elsewhere; each takes one
     * @param burst how long the others of an organization have to wait without end before the pace of turns says anything
     * @param nanoTime a clock that only goes on
     */
    FairShare(int atOnce, int atOnceOfToken, int mostWaiting, Semaphore seats, Duration burst, LongSupplier nanoTime) {
        this.atOnce = atOnce;
        this.atOnceOfToken = atOnceOfToken;
        this.mostWaiting = mostWaiting;
        this.seats = seats;
        this.burst = burst;
        this.nanoTime = nanoTime;
    }

    /** Who asks to be served. */
    record ShareKey(String organization, String token) {

        /** Those who belong to no organization are one. */
        static ShareKey of(Caller caller) {
            return new ShareKey(Objects.requireNonNullElse(caller.organizationId(), ""), caller.credentialId());
        }
    }

    /** What became of a request to wait. */
    enum Answer {
        /** Its turn came at once; whoever asked has to leave in the end. */
        ENTERED,
        /** It is in the queue. */
        WAITS,
        /** Enough wait already. */
        REFUSED
    }

    /** What an organization has under way. */
    private static final class Lane {

        private int served;
        private int waiting;
        private final Map<String, Integer> servedOf = new HashMap<>();
        private final LinkedHashMap<String, Deque<Runnable>> waitingOf = new LinkedHashMap<>();

        /** Since when somebody waits. */
        private long waitingSince;

        /** When a turn came last, or the first began to wait. */
        private long lastTurn;

        /** Nanoseconds between two turns while somebody waited, as a moving mean; 0 where none has come. */
        private double pace;

        boolean isEmpty() {
            return served == 0 && waiting == 0;
        }

        void tookTurn(long now) {
            long interval = now - lastTurn;
            pace = pace == 0 ? interval : pace + NEWEST * (interval - pace);
            lastTurn = now;
        }

        /** How many turns a further request of a token would have to wait for. */
        long turnsUntil(String token) {
            Deque<Runnable> own = waitingOf.get(token);
            long rounds = own == null ? 1 : own.size() + 1;
            return Math.min(waiting + 1L, rounds * (waitingOf.size() + (own == null ? 1 : 0)));
        }
    }

    /** How many wait, of all organizations. */
    synchronized int waiting() {
        return lanes.values().stream().mapToInt(lane -> lane.waiting).sum();
    }

    /** Takes a place if one is free and no request of the same token waits for it; to be given back by {@link #leave}. */
    synchronized boolean enter(ShareKey guest) {
        Lane lane = lanes.computeIfAbsent(guest.organization(), absent -> new Lane());
        if (!isOpenTo(lane, guest.token())) {
            return false;
        }
        serve(lane, guest.token());
        return true;
    }

    /**
     * How long a further request would wait, by the pace at which turns came of late. 0 where it would not, and for a burst, of which nobody knows
     * yet how fast it goes.
     */
    synchronized Duration expectedWait(ShareKey guest) {
        Lane lane = lanes.get(guest.organization());
        if (lane == null
                || lane.waiting == 0
                || isOpenTo(lane, guest.token())
                || nanoTime.getAsLong() - lane.waitingSince < burst.toNanos()) {
            return Duration.ZERO;
        }
        return Duration.ofNanos((long) (lane.turnsUntil(guest.token()) * lane.pace));
    }

    /**
     * Waits for a place.
     *
     * @param turn called once, on any thread, when the place is taken for it; then it has to leave in the end
     */
    synchronized Answer await(ShareKey guest, Runnable turn) {
        if (enter(guest)) {
            return Answer.ENTERED;
        }
        Lane lane = lanes.computeIfAbsent(guest.organization(), absent -> new Lane());
        if (lane.waiting >= mostWaiting || !seats.tryAcquire()) {
            forgetIfEmpty(guest.organization(), lane);
            return Answer.REFUSED;
        }
        if (lane.waiting == 0) {
            lane.waitingSince = nanoTime.getAsLong();
            lane.lastTurn = lane.waitingSince;
        }
        lane.waiting++;
        lane.waitingOf
                .computeIfAbsent(guest.token(), absent -> new ArrayDeque<>())
                .add(turn);
        return Answer.WAITS;
    }

    /** Waits no longer; answers whether it was still waiting, so its turn never comes. */
    synchronized boolean giveUp(ShareKey guest, Runnable turn) {
        Lane lane = lanes.get(guest.organization());
        Deque<Runnable> queue = lane == null ? null : lane.waitingOf.get(guest.token());
        if (lane == null || queue == null || !queue.remove(turn)) {
            return false;
        }
        lane.waiting--;
        seats.release();
        if (queue.isEmpty()) {
            lane.waitingOf.remove(guest.token());
        }
        forgetIfEmpty(guest.organization(), lane);
        return true;
    }

    /** Gives a place back; who waits longest of the token whose turn it is takes it. */
    void leave(ShareKey guest) {
        Runnable next = release(guest);
        if (next != null) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable release(ShareKey guest) {
        Lane lane = lanes.get(guest.organization());
        if (lane == null) {
            throw new IllegalStateException("This organization has no request under way");
        }
        lane.served--;
        lane.servedOf.computeIfPresent(guest.token(), (token, served) -> served == 1 ? null : served - 1);
        Runnable next = nextOf(lane);
        forgetIfEmpty(guest.organization(), lane);
        return next;
    }

    private @Nullable Runnable nextOf(Lane lane) {
        for (String token : lane.waitingOf.keySet()) {
            if (isFree(lane, token)) {
                Deque<Runnable> queue = lane.waitingOf.get(token);
                // The others of this token come behind those of all other tokens.
                lane.waitingOf.remove(token);
                Runnable next = queue.remove();
                if (!queue.isEmpty()) {
                    lane.waitingOf.put(token, queue);
                }
                lane.waiting--;
                seats.release();
                lane.tookTurn(nanoTime.getAsLong());
                serve(lane, token);
                return next;
            }
        }
        return null;
    }

    private boolean isOpenTo(Lane lane, String token) {
        return !lane.waitingOf.containsKey(token) && isFree(lane, token);
    }

    private boolean isFree(Lane lane, String token) {
        return lane.served < atOnce && lane.servedOf.getOrDefault(token, 0) < atOnceOfToken;
    }

    private static void serve(Lane lane, String token) {
        lane.served++;
        lane.servedOf.merge(token, 1, Integer::sum);
    }

    private void forgetIfEmpty(String organization, Lane lane) {
        if (lane.isEmpty()) {
            lanes.remove(organization);
        }
    }
}
