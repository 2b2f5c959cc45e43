package dev.alloy.problem;

import java.util.regex.Pattern;

/** Takes credentials out of text that is kept or shown, wherever a caller put them: into a path, or a header that is no place for one. */
public final class Masked {

    private static final Pattern CREDENTIAL = Pattern.compile("(alloy_[a-z]{3}_)[A-Za-z0-9_%.~-]+");

    private Masked() {}

    /** The text, of each credential its kind only. */
    public static String text(String text) {
        return CREDENTIAL.matcher(text).replaceAll("$1***");
    }

    /** Whether there is a credential in the text. */
    public static boolean isNeeded(String text) {
        return CREDENTIAL.matcher(text).find();
    }
}
