package dev.alloy.database;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a statement of this thread's work may take. The driver has the server give it up then, in whatever mode connections are pooled; no
 * setting of a session is needed for it.
 */
public final class StatementTime {

    private static final ThreadLocal<@Nullable Integer> SECONDS = new ThreadLocal<>();

    private StatementTime() {}

    /** Ends what {@link #bound} began. */
    public interface Bound extends AutoCloseable {
        @Override
        void close();
    }

    /** Bounds every statement that this thread sends until this is closed. */
    public static Bound bound(Duration longest) {
        Integer outer = SECONDS.get();
        SECONDS.set((int) Math.max(1, longest.toSeconds()));
        return () -> {
            if (outer == null) {
                SECONDS.remove();
            } else {
                SECONDS.set(outer);
            }
        };
    }

    /** The bound of this thread's statements; null for none. */
    public static @Nullable Integer seconds() {
        return SECONDS.get();
    }
}
