package dev.alloy.access;

import java.time.Instant;

/** A condition of a list that is not “equals this value”. */
public sealed interface Filter {

    /** The attribute has a value, or has none. */
    record Present(boolean wanted) implements Filter {}

    /** The attribute is an instant before this one. */
    record Before(Instant instant) implements Filter {}
}
