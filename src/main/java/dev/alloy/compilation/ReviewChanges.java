package dev.alloy.compilation;

import dev.alloy.compiler.BriefChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Describes what changed between two briefs, and chooses what a reviewer is shown of it. Pure. */
final class ReviewChanges {

    private static final int LONGEST = 500;

    /** The areas, the ones that a reviewer must not miss first. */
    private static final List<String> AREAS = List.of("gates", "prompts", "revision", "throttle", "target", "intent");

    /** What changes with every version and tells a reviewer nothing. */
    private static final Set<String> NOISE = Set.of("schema_version", "compiler_version", "manifest_digest");

    private ReviewChanges() {}

    /** The changes in words, area by area; what weakens a gate first. */
    static List<ReviewSubject.Change> inWords(List<BriefChange> changes) {
        return changes.stream()
                .filter(change -> !NOISE.contains(change.area()))
                .map(change -> new ReviewSubject.Change(about(change), sentence(change), weakens(change), change))
                .sorted(Comparator.<ReviewSubject.Change>comparingInt(change -> AREAS.indexOf(change.about()))
                        .thenComparing(change -> !change.weakens()))
                .toList();
    }

    /** How many changes there are, by the area. */
    static Map<String, Integer> counts(List<ReviewSubject.Change> changes) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        changes.forEach(change -> counts.merge(change.about(), 1, Integer::sum));
        return counts;
    }

    /** So many of them at most, in their order. The areas take turns, so many changes of one hide none of the others. */
    static List<ReviewSubject.Change> choose(List<ReviewSubject.Change> changes, int most) {
        Map<String, Integer> left = counts(changes);
        Map<String, Integer> places = new LinkedHashMap<>();
        int free = Math.min(most, changes.size());
        while (free > 0) {
            for (Map.Entry<String, Integer> area : left.entrySet()) {
                if (free > 0 && area.getValue() > 0) {
                    area.setValue(area.getValue() - 1);
                    places.merge(area.getKey(), 1, Integer::sum);
                    free--;
                }
            }
        }
        List<ReviewSubject.Change> chosen = new ArrayList<>();
        for (ReviewSubject.Change change : changes) {
            int place = places.getOrDefault(change.about(), 0);
            if (place > 0) {
                places.put(change.about(), place - 1);
                chosen.add(change);
            }
        }
        return chosen;
    }

    static String about(BriefChange change) {
        return switch (change.area()) {
            case "prompts", "gates" -> change.area();
            case "repo" -> change.subject().equals("revision") ? "revision" : "target";
            case "foundry.throttle" -> "throttle";
            case "target.mode", "target.features" -> "target";
            default -> "intent";
        };
    }

    static String sentence(BriefChange change) {
        String where = change.area().equals(change.subject())
                ? change.area()
                : change.area() + " “" + cut(change.subject()) + "”";
        return switch (change.change()) {
            case "added" -> where + " is new.";
            case "removed" -> where + " is gone.";
            case "reordered" -> "The order of " + where + " changed.";
            default -> where + " changed" + values(change) + ".";
        };
    }

    private static String values(BriefChange change) {
        JsonNode before = change.before();
        JsonNode after = change.after();
        if (before == null || after == null || change.area().equals("prompts")) {
            return "";
        }
        return before.isValueNode() && after.isValueNode()
                ? " from “" + cut(before.asString()) + "” to “" + cut(after.asString()) + "”"
                : "";
    }

    private static boolean weakens(BriefChange change) {
        JsonNode before = change.before();
        JsonNode after = change.after();
        if (!change.area().equals("gates") || before == null || !before.isObject()) {
            return false;
        }
        return after == null
                || isTrue(before, "required") && !isTrue(after, "required")
                || !isAdvice(before) && isAdvice(after);
    }

    private static boolean isTrue(JsonNode gate, String member) {
        return gate.path(member).asBoolean(false);
    }

    private static boolean isAdvice(JsonNode gate) {
        return gate.path("mode").asString("").equals("advisory");
    }

    /** A text as long as a reviewer reads it. */
    static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }
}
