package dev.alloy.http;

import dev.alloy.problem.ProblemType;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads query parameters that are more than text, and refuses what only a lenient reader would take. */
public final class QueryValue {

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
