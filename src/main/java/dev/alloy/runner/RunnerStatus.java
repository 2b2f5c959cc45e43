package dev.alloy.runner;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Lifecycle of a runner. Source: domain.md, “Lifecycles”. */
public enum RunnerStatus {
    /** It has a key and never polled. */
    REGISTERED,
    /** It polled lately. */
    ONLINE,
    /** It polled, but not lately. Derived when read. */
    OFFLINE,
    /** It finishes what it has and is offered nothing more. */
    DRAINING,
    /** Its key is revoked. Final. */
    REVOKED;

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
