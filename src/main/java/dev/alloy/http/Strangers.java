package dev.alloy.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds connections without a valid credential, by address and in all. Knows nothing of sockets; safe for many
 * threads. Source: access.md, “Limits”.
 *
 * @param <C> a connection
 */
class Strangers<C> {

    /** In a storm of honest clients each has time to say who it is. */
    static final long GRACE = Duration.ofSeconds(5).toNanos();

    private final int mostOfAddress;
    private final int mostOfAll;
    private final LinkedHashMap<C, Since> all = new LinkedHashMap<>();
    private final Map<String, LinkedHashSet<C>> byAddress = new HashMap<>();

    private record Since(String address, long nanos) {}

    Strangers(int mostOfAddress, int mostOfAll) {
        this.mostOfAddress = mostOfAddress;
        this.mostOfAll = mostOfAll;
    }

    /** Adds a connection; answers one that has to go for it, null for none. */
    synchronized @Nullable C add(String address, C connection, long now) {
        all.put(connection, new Since(address, now));
        Set<C> own = byAddress.computeIfAbsent(address, absent -> new LinkedHashSet<>());
        own.add(connection);
        C oldest = own.size() > mostOfAddress ? own.iterator().next() : null;
        if (oldest == null && all.size() > mostOfAll) {
            oldest = all.keySet().iterator().next();
        }
        if (oldest == null || !isOld(oldest, now)) {
            return null;
        }
        remove(oldest);
        return oldest;
    }

    private boolean isOld(C connection, long now) {
        Since since = all.get(connection);
        return since != null && now - since.nanos() >= GRACE;
    }

    /** It has ended, or its caller is known. */
    synchronized void remove(C connection) {
        Since since = all.remove(connection);
        if (since != null) {
            byAddress.computeIfPresent(since.address(), (address, own) -> {
                own.remove(connection);
                return own.isEmpty() ? null : own;
            });
        }
    }

    synchronized int size() {
        return all.size();
    }
}
