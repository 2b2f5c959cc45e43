package dev.alloy.run;

import java.util.List;

/**
 * Why a run failed. Source: dispatch.md, “Failures are classified”.
 *
 * @param category {@code validation}, {@code dispatch}, {@code execution}, {@code safety} or {@code semantic}
 * @param code stable cause within the category, such as {@code revision-mismatch}
 * @param message sentence for a person
 */
public record Failure(String category, String code, String message) {

    /** Whether its runner knows that it started the run before, and the database does not, because it was put back. */
    public boolean isAlreadyStarted() {
        return category.equals("safety") && code.equals("already-started");
    }

    /** Something forbidden was attempted. */
    public static Failure safety(String code, String message) {
        return new Failure("safety", code, message);
    }

    /** No runner, or no Foundry, could be reached. */
    public static Failure dispatch(String code, String message) {
        return new Failure("dispatch", code, message);
    }

    /** Foundry ran and could not complete. */
    public static Failure execution(String code, String message) {
        return new Failure("execution", code, message);
    }

    /** What makes sense to do about it, the most promising first. */
    public List<String> recoveryActions() {
        return switch (category) {
            case "validation" -> List.of("repair_brief", "recompile");
            case "dispatch" -> List.of("reexecute", "validate_only");
            case "execution" ->
                code.equals("gate-failed")
                        ? List.of("narrow_scope", "dry_run_instead", "validate_only")
                        : List.of("reexecute", "dry_run_instead", "validate_only");
            case "safety" ->
                code.equals("revision-mismatch")
                        ? List.of("reexecute", "recompile")
                        : List.of("ask", "repair_brief", "recompile");
            default -> List.of("ask", "repair_brief");
        };
    }
}
