package dev.alloy.limit;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Counts the bytes of answers that wait for their readers, of each credential and in all. Safe for many threads. */
class UnsentAnswers {

    private final long mostOfToken;
    private final long mostOfAll;
    private final Map<String, Long> ofToken = new HashMap<>();
    private long ofAll;

    UnsentAnswers(long mostOfToken, long mostOfAll) {
        this.mostOfToken = mostOfToken;
        this.mostOfAll = mostOfAll;
    }

    /** Room for one answer; to be given back once, however often it is said. */
    final class Room {

        private final String token;
        private final int bytes;
        private final AtomicBoolean free = new AtomicBoolean();

        private Room(String token, int bytes) {
            this.token = token;
            this.bytes = bytes;
        }

        void giveBack() {
            if (free.compareAndSet(false, true)) {
                release(token, bytes);
            }
        }
    }

    /** Takes room for an answer; null where there is none. */
    synchronized @Nullable Room take(String token, int bytes) {
        long own = ofToken.getOrDefault(token, 0L);
        if (own + bytes > mostOfToken || ofAll + bytes > mostOfAll) {
            return null;
        }
        ofToken.put(token, own + bytes);
        ofAll += bytes;
        return new Room(token, bytes);
    }

    private synchronized void release(String token, int bytes) {
        ofAll -= bytes;
        ofToken.computeIfPresent(token, (same, own) -> own == bytes ? null : own - bytes);
    }
}
