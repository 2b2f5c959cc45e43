package dev.alloy.compilation;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.alloy.access.Filter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What has become of an approval, at an instant: some of it comes with time alone. Source: domain.md, “Lifecycles”. */
public enum ApprovalStatus {
    /** It is good, and bound to no run. */
    ACTIVE,
    /** It is good, for the one run that it is bound to. */
    BOUND,
    /** It ended by itself. */
    EXPIRED,
    /** A person took it back. */
    REVOKED,
    /** What it approved was edited or taken out of use. */
    STALE;

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The conditions under which {@link Approval#status} says so at this instant. */
    Map<String, Filter> filters(Instant now) {
        Map<String, Filter> filters = new HashMap<>();
        filters.put("revokedAt", new Filter.Present(this == REVOKED));
        if (this == REVOKED) {
            return filters;
        }
        filters.put("voidedAt", new Filter.Present(this == STALE));
        if (this == STALE) {
            return filters;
        }
        // Times are stored to the microsecond, and one that is just now has ended.
        Instant next = now.plusNanos(1_000);
        filters.put("expiresAt", this == EXPIRED ? new Filter.Before(next) : new Filter.Since(next));
        if (this != EXPIRED) {
            filters.put("boundRunRequestId", new Filter.Present(this == BOUND));
        }
        return filters;
    }
}
