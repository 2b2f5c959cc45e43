package dev.alloy.compiler;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts text of others into Markdown so that it stays in its place. */
public final class Markdown {

    private static final int MIN_FENCE = 3;

    /** What begins a block in Markdown when a line begins with it. */
    private static final Pattern BLOCK = Pattern.compile("^(?:[#>*+=~|`\\[-]|\\d{1,9}(?=[.)]))");

    /** What Markdown would not show as it is written: a backslash that escapes or breaks a line, and references to characters. */
    private static final Pattern READ_OTHERWISE =
            Pattern.compile("\\\\(?=[!-/:-@\\[-`{-~]|$)|&(?=#?[A-Za-z0-9]{1,40};)");

    private Markdown() {}

    /**
     * The text on one line, as the words it is: nothing in it begins a block, an element or an image, so every reader
     * of the document sees the same.
     */
    static String text(String text) {
        String line = READ_OTHERWISE
                .matcher(line(text))
                .replaceAll("\\\\$0")
                .replace("<", "\\<")
                .replace("![", "!\\[");
        Matcher block = BLOCK.matcher(line);
        if (!block.find()) {
            return line;
        }
        boolean number = Character.isDigit(line.charAt(0));
        return number ? line.substring(0, block.end()) + "\\" + line.substring(block.end()) : "\\" + line;
    }

    /** Lines for a list item that shows the text exactly: as inline code where it survives that, else fenced. */
    static String exactly(String text) {
        if (text.equals(line(text))) {
            return code(text);
        }
        String fence = fenceFor(text);
        return "\n\n  " + fence + "\n  " + text.replace("\n", "\n  ") + "\n  " + fence;
    }

    /** The text on one line: line breaks and tabs become spaces, other invisible characters are shown. */
    public static String line(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\r' || c == '\t' || c == ' ') {
                if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                    line.append(' ');
                }
            } else if (InvisibleCharacters.is(c) && !InvisibleCharacters.isJoiner(c)) {
                line.append(InvisibleCharacters.shown(c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString().trim();
    }

    /** The text as inline code, whatever backticks it holds. */
    static String code(String text) {
        String line = line(text);
        String ticks = "`".repeat(longestBacktickRun(line) + 1);
        String gap = line.startsWith("`") || line.endsWith("`") ? " " : "";
        return ticks + gap + line + gap + ticks;
    }

    /** A fence that no run of backticks in the text can close. */
    static String fenceFor(String text) {
        return "`".repeat(Math.max(MIN_FENCE, longestBacktickRun(text) + 1));
    }

    private static int longestBacktickRun(String text) {
        int longest = 0;
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            run = text.charAt(i) == '`' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }
}
