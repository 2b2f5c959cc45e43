package dev.alloy.run;

/**
 * Why a run failed. Source: dispatch.md, “Failures are classified”.
 *
 * @param category {@code validation}, {@code dispatch}, {@code execution}, {@code safety} or {@code semantic}
 * @param code stable cause within the category, such as {@code revision-mismatch}
 * @param message sentence for a person
 */
public record Failure(String category, String code, String message) {

    /** Something forbidden was attempted. */
    public static Failure safety(String code, String message) {
        return new Failure("safety", code, message);
    }

    /** Foundry ran and could not complete. */
    public static Failure execution(String code, String message) {
        return new Failure("execution", code, message);
    }
}
