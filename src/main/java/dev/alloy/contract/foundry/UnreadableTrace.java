package dev.alloy.contract.foundry;

/** What was taken for a trace of Foundry cannot be read as one. */
public final class UnreadableTrace extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why it cannot be read. */
    public enum Cause {
        /** It is not well-formed JSON. */
        MALFORMED,
        /** It is nested deeper, or holds a longer text, than is read. */
        LIMIT_EXCEEDED,
        /** It is JSON, but not the file that Foundry writes. */
        NOT_A_TRACE,
        /** It is not the text that Foundry's command prints. */
        UNREADABLE_TEXT
    }

    private final Cause kind;
    private final String pointer;
    private final String code;
    private final String detail;
    private final int line;

    private UnreadableTrace(Cause kind, String message, String pointer, String code, String detail, int line) {
        super(message);
        this.kind = kind;
        this.pointer = pointer;
        this.code = code;
        this.detail = detail;
        this.line = line;
    }

    static UnreadableTrace malformed(String pointer, String detail, String message) {
        return new UnreadableTrace(Cause.MALFORMED, message, pointer, "unreadable", detail, 0);
    }

    static UnreadableTrace limitExceeded(String pointer, String message) {
        String detail = "The trace is longer or deeper than this service reads.";
        return new UnreadableTrace(Cause.LIMIT_EXCEEDED, message, pointer, "limit-exceeded", detail, 0);
    }

    static UnreadableTrace notATrace(String pointer, String code, String detail) {
        return new UnreadableTrace(Cause.NOT_A_TRACE, detail, pointer, code, detail, 0);
    }

    static UnreadableTrace unreadableText(String what, int line) {
        String message = what + " (line " + line + ").";
        return new UnreadableTrace(Cause.UNREADABLE_TEXT, message, "", "unreadable", message, line);
    }

    /** Why it cannot be read. */
    public Cause kind() {
        return kind;
    }

    /** JSON Pointer to what is wrong; empty for the whole. */
    public String pointer() {
        return pointer;
    }

    /** Stable, machine-readable cause, as in {@link dev.alloy.contract.Finding}. */
    public String code() {
        return code;
    }

    /** A sentence about what is at the pointer. */
    public String detail() {
        return detail;
    }

    /** The line of a text, from 1; 0 for JSON. */
    public int line() {
        return line;
    }
}
