package dev.alloy.bridge;

/** Told of every step after which the program may be gone. Tests let it end there. */
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
