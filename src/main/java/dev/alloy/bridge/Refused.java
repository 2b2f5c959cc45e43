package dev.alloy.bridge;

/** The server said no, and saying the same again will not change it. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    Refused(String call, Answer answer) {
        super(call + " was answered with " + answer.told());
        this.answer = answer;
    }

    Answer answer() {
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
