package dev.alloy.contract;

/**
 * One thing that is wrong with a document.
 *
 * @param pointer JSON Pointer (RFC 6901) to the offending value; for a missing member, where it should stand
 * @param code stable, machine-readable cause such as {@code missing-member}
 * @param detail sentence for a person; never quotes more of the input than a member name
 */
public record Finding(String pointer, String code, String detail) {

    /** Escapes a member name for use in a JSON Pointer. */
    public static String escape(String memberName) {
        return memberName.replace("~", "~0").replace("/", "~1");
    }

    /**
     * A member name as it may be shown in a pointer: at most 100 UTF-16 units, with control characters and lone surrogates
     * replaced by a question mark.
     */
    public static String shown(String memberName) {
        var shown = new StringBuilder();
        int end = Math.min(memberName.length(), 100);
        for (int i = 0; i < end; i++) {
            char c = memberName.charAt(i);
            boolean pair =
                    Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(memberName.charAt(i + 1));
            if (pair) {
                shown.append(c).append(memberName.charAt(++i));
            } else {
                shown.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
            }
        }
        return shown.toString();
    }
}
