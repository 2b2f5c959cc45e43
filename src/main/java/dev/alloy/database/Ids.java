package dev.alloy.database;

import com.github.f4b6a3.ulid.UlidCreator;

/** Primary keys of the form {@code <prefix>_<ULID>}; opaque to clients. Source: domain.md, “Schema rules”. */
public final class Ids {

    private Ids() {}

    /** A new id, such as {@code brief_01JD…}. */
    public static String next(String prefix) {
        return prefix + "_" + UlidCreator.getMonotonicUlid();
    }
}
