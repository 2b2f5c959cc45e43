package dev.alloy.conformance;

/** An answer that is a problem document. */
final class ProblemReply extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String slug;

    ProblemReply(int status, String slug, String detail) {
        super(detail);
        this.status = status;
        this.slug = slug;
    }

    int status() {
        return status;
    }

    /** The last segment of the problem's type. */
    String slug() {
        return slug;
    }
}
