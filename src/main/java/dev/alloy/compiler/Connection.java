package dev.alloy.compiler;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How an installation is reached. Source: worked-example.md, step 3. */
public enum Connection {
    /** A runner beside the code polls. */
    RUNNER_PULL,
    /** A bridge drives Foundry's command line. */
    CLI_BRIDGE,
    /** A person runs it. */
    MANUAL;

    /** The name in documents: {@code runner_pull}, {@code cli_bridge} or {@code manual}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads an installation's {@code connection_type}; empty when it is none of these. */
    public static Optional<Connection> parse(@Nullable String text) {
        return Stream.of(values())
                .filter(connection -> connection.wire().equals(text))
                .findFirst();
    }
}
