package dev.alloy.bridge;

/** Is told of every step after which the program may crash. Tests end it there. */
@FunctionalInterface
interface CrashPoint {

    /** Nobody listens. */
    CrashPoint NONE = step -> {};

    /**
     * A step has been made, or is about to be.
     *
     * @param step its name, such as {@code journal:emitting} or {@code emit:after}
     */
    void passed(String step);
}
