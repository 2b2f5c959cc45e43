package dev.alloy.conformance;

import java.util.List;

/**
 * What was found about a runner in one scenario.
 *
 * @param scenario its name
 * @param complaints what the protocol asks for and was not seen; empty when the scenario passed
 * @param seconds how long it took
 * @param lastWords the last lines that the runner printed
 */
public record Verdict(String scenario, List<Complaint> complaints, double seconds, List<String> lastWords) {

    /**
     * Something that is not as the protocol asks.
     *
     * @param asked what the protocol asks for
     * @param seen what was seen
     * @param section where docs/runner-protocol.md says so
     */
    public record Complaint(String asked, String seen, String section) {

        @Override
        public String toString() {
            return "asked: " + asked + " | seen: " + seen + " | docs/runner-protocol.md, “" + section + "”";
        }
    }

    /** Whether nothing was complained of. */
    public boolean passed() {
        return complaints.isEmpty();
    }
}
