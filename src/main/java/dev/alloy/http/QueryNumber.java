package dev.alloy.http;

import dev.alloy.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** Reads numbers in query parameters: decimal digits within bounds, and nothing that a lenient parser would also take. */
public final class QueryNumber {

    private QueryNumber() {}

    /**
     * The number a parameter says.
     *
     * @param text what was sent; null for {@code fallback}
     * @return a number from {@code min} to {@code max}; anything else is refused with {@code invalid-parameter}
     */
    public static int read(String name, @Nullable String text, int fallback, int min, int max) {
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
}
