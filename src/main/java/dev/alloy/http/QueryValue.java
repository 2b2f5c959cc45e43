package dev.alloy.http;

import dev.alloy.problem.ProblemType;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads query parameters that are more than text, and refuses what only a lenient reader would take. */
public final class QueryValue {

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private QueryValue() {}

    /**
     * The number a parameter says, in decimal digits.
     *
     * @param text what was sent; null for {@code fallback}
     * @return a number from {@code min} to {@code max}; anything else is refused with {@code invalid-parameter}
     */
    public static int number(String name, @Nullable String text, int fallback, int min, int max) {
        if (text == null) {
            return fallback;
        }
        if (text.matches("[0-9]{1,9}")) {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw ProblemType.INVALID_PARAMETER.because("'" + name + "' is a number from " + min + " to " + max + ".");
    }

    /**
     * The instant a parameter says, with its zone.
     *
     * @return null for null; what is no instant is refused with {@code invalid-parameter}
     */
    public static @Nullable Instant instant(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return withinDatabase(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            throw ProblemType.INVALID_PARAMETER.because(
                    "'" + name + "' is a time with a zone, such as 2026-06-06T14:21:44Z.");
        }
    }

    /** Java's calendar reaches further than PostgreSQL's; there is nothing at either end. */
    private static Instant withinDatabase(Instant instant) {
        return instant.isBefore(EARLIEST) ? EARLIEST : instant.isAfter(LATEST) ? LATEST : instant;
    }

    /** Whether a parameter says {@code true}; null says no, and anything but true and false is refused. */
    public static boolean flag(String name, @Nullable String text) {
        Boolean value = named(name, text, new Boolean[] {true, false}, String::valueOf);
        return value != null && value;
    }

    /**
     * The value a parameter names by its wire name.
     *
     * @param text what was sent; null for null
     * @param wireName the name of a value on the wire
     * @return one of the values; anything else is refused with {@code invalid-parameter}
     */
    public static <E> @Nullable E named(String name, @Nullable String text, E[] values, Function<E, String> wireName) {
        if (text == null) {
            return null;
        }
        return Arrays.stream(values)
                .filter(value -> wireName.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> ProblemType.INVALID_PARAMETER.because("'" + name + "' is one of "
                        + Arrays.stream(values).map(wireName).collect(Collectors.joining(", ")) + "."));
    }
}
