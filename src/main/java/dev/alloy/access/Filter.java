package dev.alloy.access;

import java.time.Instant;
import java.util.Collection;

/** A condition of a list that is not “equals this value”. */
public sealed interface Filter {

    /** The attribute has a value, or has none. */
    record Present(boolean wanted) implements Filter {}

    /** The attribute is one of these values; there is at least one. */
    record In(Collection<String> values) implements Filter {}

    /** The attribute is this value, or has none. */
    record OrNone(String value) implements Filter {}

    /** The attribute is an instant at or after this one. */
    record Since(Instant instant) implements Filter {}

    /** The attribute is an instant before this one. */
    record Before(Instant instant) implements Filter {}
}
