package dev.alloy.contract;

/** Thrown for bytes that are not one I-JSON value (RFC 7493) within the limits. Its message is safe to show to the sender. */
public final class UnreadableJson extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why the bytes could not be read. */
    public enum Cause {
        /** Not JSON: a syntax error, an early end or something behind the value. */
        MALFORMED,
        /** JSON, but not I-JSON: duplicate members, lone surrogates, U+0000, numbers out of range, not UTF-8. */
        NOT_INTEROPERABLE,
        /** Too deep, or too long a string, name or number. */
        LIMIT_EXCEEDED
    }

    private final Cause why;
    private final String pointer;

    UnreadableJson(Cause why, String pointer, String message) {
        super(message);
        this.why = why;
        this.pointer = pointer;
    }

    /** The class of the refusal. */
    public Cause why() {
        return why;
    }

    /** JSON Pointer to the offending value; empty for the whole document. */
    public String pointer() {
        return pointer;
    }
}
