package dev.alloy.bridge;

/** No answer came in the time there was. What was said may have arrived. */
final class NoResponse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoResponse(String message) {
        super(message);
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
