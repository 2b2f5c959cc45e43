package dev.alloy.compiler;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds {@code {{parameters}}} in the texts of a template. Other braces, such as {@code {{.State}}}, are text. */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{ *([a-z][a-z0-9_]{0,62}) *}}");

    private Placeholders() {}

    static boolean areIn(String text) {
        return PLACEHOLDER.matcher(text).find();
    }

    static Stream<String> in(String text) {
        return PLACEHOLDER.matcher(text).results().map(found -> found.group(1));
    }

    /** The one parameter that the whole text stands for; empty when there is text around it. */
    static Optional<String> whole(String text) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The text with each placeholder replaced; what is put in is not looked at again. */
    static String replace(String text, Function<String, String> valueOf) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> Matcher.quoteReplacement(valueOf.apply(found.group(1))));
    }
}
