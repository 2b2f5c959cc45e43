package dev.alloy.installation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How runs reach an installation. */
public enum ConnectionType {
    /** A runner beside it polls. */
    RUNNER_PULL,
    /** A runner drives the foundry command, where only that exists. */
    CLI_BRIDGE,
    /** People carry the bundle there and the result back. */
    MANUAL;

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The type of this wire name; the name must be one. */
    public static ConnectionType of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
