package dev.alloy.problem;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.springframework.web.util.UriUtils;

/** Masks credentials in text that is stored or shown, such as one in a path or a wrong header. */
public final class Masked {

    private static final Pattern CREDENTIAL = Pattern.compile("(alloy_[a-z]{3}_)[A-Za-z0-9_%.~-]+");

    private static final int LONGEST = 100;

    private Masked() {}

    /** The text, of each credential its kind only. */
    public static String text(String text) {
        return CREDENTIAL.matcher(text).replaceAll("$1***");
    }

    /** What a caller sent, to be named in a refusal: in a length that a person reads, and without credentials. */
    public static String excerpt(String sent) {
        return text(sent.length() <= LONGEST ? sent : sent.substring(0, LONGEST) + "…");
    }

    /** A path, as it was sent unless a credential is in it, however that is written. */
    public static String path(String path) {
        String read = UriUtils.decode(path, StandardCharsets.UTF_8);
        return isNeeded(read) ? text(read) : path;
    }

    /** Whether there is a credential in the text. */
    public static boolean isNeeded(String text) {
        return CREDENTIAL.matcher(text).find();
    }
}
