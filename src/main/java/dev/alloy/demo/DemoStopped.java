package dev.alloy.demo;

/** The demo cannot go on. The message goes on after "Demo: " at the terminal and says what to do. */
final class DemoStopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoStopped(String message) {
        super(message);
    }
}
