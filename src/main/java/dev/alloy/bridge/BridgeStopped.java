package dev.alloy.bridge;

/** Something is not as it has to be. Says what, and what whoever reads it can do. */
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
