package dev.alloy.database;

import org.jspecify.annotations.Nullable;

/** Alloy cannot or must not run on this database. Says what was found and what the operator can do about it. */
final class DatabaseNotUsable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    DatabaseNotUsable(String fact, String action) {
        this(fact, action, null);
    }

    DatabaseNotUsable(String fact, String action, @Nullable Throwable cause) {
        super(fact, cause);
        this.action = action;
    }

    /** What to do, in whole sentences. */
    String action() {
        return action;
    }
}
