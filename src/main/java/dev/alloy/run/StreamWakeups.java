package dev.alloy.run;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which organizations' streams are to be looked after, and when. However often the bell rings, there are few looks a second, and where it does
 * not ring there is none. Pure but for what it remembers.
 */
final class StreamWakeups {

    /** Soon enough for who watches, and no more than four statements a second. */
    static final long BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Set<String> organizations = new HashSet<>();
    private boolean scheduled;
    private long lastLook;
    private boolean looked;

    /**
     * Remembers that there may be something to see.
     *
     * @param now of a clock that only goes forward
     * @return in how many nanoseconds a look is due; negative where one is planned already
     */
    synchronized long wake(String organization, long now) {
        organizations.add(organization);
        if (scheduled) {
            return -1;
        }
        scheduled = true;
        return looked ? Math.max(0, lastLook + BETWEEN_LOOKS_NANOS - now) : 0;
    }

    /** Whom a look is for that begins now. */
    synchronized Set<String> take(long now) {
        Set<String> taken = Set.copyOf(organizations);
        organizations.clear();
        scheduled = false;
        looked = true;
        lastLook = now;
        return taken;
    }
}
