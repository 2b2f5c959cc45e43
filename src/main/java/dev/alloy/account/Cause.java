package dev.alloy.account;

import java.util.Set;

/**
 * Why a run is recorded as failed.
 *
 * @param category {@code validation}, {@code dispatch}, {@code execution}, {@code safety} or {@code semantic}
 * @param code stable cause within the category
 * @param message a sentence for people
 */
public record Cause(String category, String code, String message) {

    private static final Set<String> CATEGORIES = Set.of("validation", "dispatch", "execution", "safety", "semantic");

    static Cause safety(String code, String message) {
        return new Cause("safety", code, message);
    }

    static Cause execution(String code, String message) {
        return new Cause("execution", code, message);
    }

    /** The failure that a result reports; what it leaves open is called an execution failure. */
    static Cause reported(ReportedResult result) {
        var error = result.member("error");
        String category = error.path("category").asString("");
        return new Cause(
                CATEGORIES.contains(category) ? category : "execution",
                error.path("code").asString("reported-failed"),
                error.path("message").asString("The run was reported as failed."));
    }
}
