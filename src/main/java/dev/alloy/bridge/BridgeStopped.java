package dev.alloy.bridge;

/** Stops the bridge because something is not in the required state. Says what, and what the operator can do. */
final class BridgeStopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final String remedy;

    /**
     * @param what a sentence, without a secret in it
     * @param remedy a sentence: what to do next
     */
    BridgeStopped(ExitCode exitCode, String what, String remedy) {
        super(what);
        this.exitCode = exitCode;
        this.remedy = remedy;
    }

    ExitCode exitCode() {
        return exitCode;
    }

    String what() {
        return String.valueOf(getMessage());
    }

    String remedy() {
        return remedy;
    }
}
