package dev.alloy.bridge;

/** Makes untrusted text safe for a terminal: it can neither draw there nor run backwards. */
final class TerminalText {

    private TerminalText() {}

    static String text(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
