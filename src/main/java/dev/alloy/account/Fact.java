package dev.alloy.account;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One fact about a run, on the word of its strongest witness.
 *
 * @param name what it is, such as {@code revision_after}
 * @param value any JSON value, as the witness told it
 * @param witness who saw it
 * @param contradictedBy other witnesses who told something that excludes it; empty where none did
 */
public record Fact(String name, JsonNode value, Witness witness, List<Contradiction> contradictedBy) {

    /** Copies the list. */
    public Fact {
        contradictedBy = List.copyOf(contradictedBy);
    }

    /** What another witness told instead. */
    public record Contradiction(JsonNode value, Witness witness) {}
}
