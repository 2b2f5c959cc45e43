package dev.alloy.demo;

/** The API answered with another status than the caller can go on with. Holds no secret of the request. */
final class UnexpectedAnswer extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String problem;

    /**
     * @param call method and path
     * @param problem the last part of the problem's type; empty where the answer was none
     * @param detail what the problem says of itself
     */
    UnexpectedAnswer(String call, int status, String problem, String detail) {
        super(call + " was answered " + status + (problem.isEmpty() ? "" : " " + problem)
                + (detail.isEmpty() ? "" : ": " + detail));
        this.status = status;
        this.problem = problem;
    }

    int status() {
        return status;
    }

    /** For instance {@code lease-expired}. */
    String problem() {
        return problem;
    }
}
