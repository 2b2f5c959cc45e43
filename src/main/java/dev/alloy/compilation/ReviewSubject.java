package dev.alloy.compilation;

import dev.alloy.compiler.BriefChange;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Describes what a reviewer decides about. Long texts and lists are cut, and the totals say by how much.
 *
 * @param objective what the run is for
 * @param mayBeHarmed the capabilities that must not be harmed
 * @param mayBeHarmedTotal how many there are
 * @param gates the commands that would check the work, the required ones first
 * @param gatesTotal how many there are
 * @param sinceLastApproval what is new; null where nothing of the project was approved before
 */
public record ReviewSubject(
        String objective,
        List<String> mayBeHarmed,
        int mayBeHarmedTotal,
        List<Gate> gates,
        int gatesTotal,
        @Nullable News sinceLastApproval) {

    /** Copies the lists. */
    public ReviewSubject {
        mayBeHarmed = List.copyOf(mayBeHarmed);
        gates = List.copyOf(gates);
    }

    /**
     * A command that Foundry runs to check the work.
     *
     * @param mode the mode of its overlay, such as {@code required_for_mutation}
     */
    public record Gate(String name, String command, String phase, boolean required, String mode) {}

    /**
     * What is new since the approval that was given last in the project and not taken back.
     *
     * @param changes some of them, of every area
     * @param counts how many there are, by the area
     */
    public record News(Approval approval, List<Change> changes, Map<String, Integer> counts) {

        /** Copies the list and the map. */
        public News {
            changes = List.copyOf(changes);
            counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
        }

        /** How many changes there are. */
        public int total() {
            return counts.values().stream().mapToInt(Integer::intValue).sum();
        }

        /** So many changes at most, of every area. */
        public List<Change> first(int most) {
            return ReviewChanges.choose(changes, most);
        }
    }

    /**
     * One thing that is new.
     *
     * @param about {@code gates}, {@code prompts}, {@code revision}, {@code throttle}, {@code target} or {@code intent}
     * @param sentence what changed
     * @param weakens whether a gate is gone, is no longer required, or is only advice by now
     * @param change the same as it was compared
     */
    public record Change(String about, String sentence, boolean weakens, BriefChange change) {}
}
