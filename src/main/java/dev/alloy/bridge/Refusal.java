package dev.alloy.bridge;

/**
 * This run will not be executed here: the runner's word on it is {@code failed}, with this category and code. Source: dispatch.md,
 * “Failures are classified”.
 */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String category;
    private final String code;

    private Refusal(String category, String code, String message) {
        super(message);
        this.category = category;
        this.code = code;
    }

    /** Something forbidden was attempted or asked for. */
    static Refusal safety(String code, String message) {
        return new Refusal("safety", code, message);
    }

    /** It could not be brought to Foundry. */
    static Refusal dispatch(String code, String message) {
        return new Refusal("dispatch", code, message);
    }

    String category() {
        return category;
    }

    String code() {
        return code;
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
