package dev.alloy.compiler;

/** Puts text of others into Markdown so that it stays in its place. */
final class Markdown {

    private static final int MIN_FENCE = 3;

    private Markdown() {}

    /** The text on one line: line breaks and tabs become spaces, other invisible characters are shown. */
    static String line(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\r' || c == '\t' || c == ' ') {
                if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                    line.append(' ');
                }
            } else if (Invisible.is(c) && !isJoiner(c)) {
                line.append(Invisible.shown(c));
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

    /** Scripts such as Persian need the zero-width joiners; in a line of trusted text they hide nothing. */
    private static boolean isJoiner(int codePoint) {
        return codePoint == 0x200C || codePoint == 0x200D;
    }
}
