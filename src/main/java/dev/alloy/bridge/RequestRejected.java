package dev.alloy.bridge;

/** The server said no, and saying the same again will not change it. */
final class RequestRejected extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ApiAnswer answer;

    RequestRejected(String call, ApiAnswer answer) {
        super(call + " was answered with " + answer.told());
        this.answer = answer;
    }

    ApiAnswer answer() {
        return answer;
    }

    /** The last part of the problem's type, such as {@code lease-expired}. */
    String problem() {
        return answer.problem();
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
