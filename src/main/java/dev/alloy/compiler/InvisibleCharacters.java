package dev.alloy.compiler;

/**
 * Characters that a reader cannot see: controls, bidirectional and zero-width formatting, tags, private variation selectors.
 * The list is fixed here, because Java versions differ in what they know of Unicode and compiled bytes must not.
 */
final class InvisibleCharacters {

    private static final int[][] RANGES = {
        {0x00, 0x1F},
        {0x7F, 0x9F},
        {0xAD, 0xAD},
        {0x34F, 0x34F},
        {0x61C, 0x61C},
        {0x115F, 0x1160},
        {0x17B4, 0x17B5},
        {0x180B, 0x180F},
        {0x200B, 0x200F},
        {0x2028, 0x202E},
        {0x2060, 0x206F},
        {0x2800, 0x2800},
        {0x3164, 0x3164},
        {0xFE00, 0xFE0F},
        {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0},
        {0xFFF0, 0xFFFB},
        {0xFFFE, 0xFFFF},
        {0x13430, 0x1345F},
        {0x16FE4, 0x16FE4},
        {0x1BCA0, 0x1BCA3},
        {0x1D159, 0x1D159},
        {0x1D173, 0x1D17A},
        {0xE0000, 0xE0FFF}
    };

    private InvisibleCharacters() {}

    static boolean is(int codePoint) {
        // Nearly all text is this, and every character of every prompt is asked.
        if (codePoint >= ' ' && codePoint <= '~') {
            return false;
        }
        for (int[] range : RANGES) {
            if (codePoint >= range[0] && codePoint <= range[1]) {
                return true;
            }
        }
        return false;
    }

    /** Scripts such as Persian need the zero-width joiners, and emoji those of FE0E and FE0F; in a line they hide nothing. */
    static boolean isJoiner(int codePoint) {
        return codePoint == 0x200C || codePoint == 0x200D || codePoint == 0xFE0E || codePoint == 0xFE0F;
    }

    /** A visible stand-in such as {@code <U+202E>}. */
    static String shown(int codePoint) {
        StringBuilder hex = new StringBuilder();
        for (int rest = codePoint; rest > 0; rest >>>= 4) {
            hex.insert(0, Character.toUpperCase(Character.forDigit(rest & 15, 16)));
        }
        while (hex.length() < 4) {
            hex.insert(0, '0');
        }
        return "<U+" + hex + ">";
    }
}
