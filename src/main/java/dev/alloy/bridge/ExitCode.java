package dev.alloy.bridge;

/** How the program ends, by kind, so a supervisor knows whether starting it again can help. */
enum ExitCode {
    /** What was asked for was done. */
    OK(0),
    /** A defect of the bridge. */
    INTERNAL(1),
    /** The command line cannot be understood. */
    USAGE(2),
    /** There is no Alloy at the address, or it cannot be reached. */
    SERVER(3),
    /** The key or token is not accepted, or is not a runner's. */
    KEY(4),
    /** Foundry is missing, or not set up correctly. */
    FOUNDRY(5),
    /** The working copy is not in the required state. */
    WORKING_COPY(6),
    /** A file or directory of the bridge's own cannot be used. */
    FILES(7);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
