package dev.alloy.compiler;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How much a gate decides. Source: domain.md, “Words”. */
public enum OverlayMode {
    /** Informs only. */
    ADVISORY,
    /** Unmet at any throttle, the run has findings. */
    REQUIRED_FOR_DRY_RUN,
    /** Unmet or missing at full, the run failed. */
    REQUIRED_FOR_MUTATION;

    /** The name in documents, such as {@code required_for_mutation}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a gate's {@code required} has to be in this mode. */
    public boolean isRequired() {
        return this != ADVISORY;
    }

    /** Reads a mode; empty when it is none of these. */
    public static Optional<OverlayMode> parse(@Nullable String text) {
        return Stream.of(values()).filter(mode -> mode.wire().equals(text)).findFirst();
    }
}
