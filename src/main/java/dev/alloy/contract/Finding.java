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
}
