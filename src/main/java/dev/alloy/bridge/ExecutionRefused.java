package dev.alloy.bridge;

/**
 * Refuses to execute a run. The runner reports it as {@code failed}, with this category and code. Source: dispatch.md,
 * “Failures are classified”.
 */
final class ExecutionRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String category;
    private final String code;

    private ExecutionRefused(String category, String code, String message) {
        super(message);
        this.category = category;
        this.code = code;
    }

    /** Something forbidden was attempted or asked for. */
    static ExecutionRefused safety(String code, String message) {
        return new ExecutionRefused("safety", code, message);
    }

    /** It could not be brought to Foundry. */
    static ExecutionRefused dispatch(String code, String message) {
        return new ExecutionRefused("dispatch", code, message);
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
