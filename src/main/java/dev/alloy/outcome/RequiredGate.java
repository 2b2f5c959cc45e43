package dev.alloy.outcome;

/**
 * A gate that the brief's overlays require.
 *
 * @param mode {@code required_for_dry_run} or {@code required_for_mutation}
 */
record RequiredGate(String name, String mode) {

    boolean isForMutation() {
        return mode.equals("required_for_mutation");
    }
}
