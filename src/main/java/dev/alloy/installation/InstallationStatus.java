package dev.alloy.installation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Lifecycle of an installation. Source: domain.md, “Lifecycles”. */
public enum InstallationStatus {
    /** Seen lately, or never yet. */
    ACTIVE,
    /** Not seen for its window. Informs only; nothing is refused for it. */
    STALE,
    /** Its latest manifest had a major version that is not read here. */
    INCOMPATIBLE,
    /** Taken out of use by a person. Nothing new is compiled for it. */
    RETIRED;

    /** The wire names of all that something new may be compiled for. */
    static List<String> inUse() {
        return Stream.of(values())
                .filter(status -> status != RETIRED)
                .map(InstallationStatus::wireName)
                .toList();
    }

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
