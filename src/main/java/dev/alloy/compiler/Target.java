package dev.alloy.compiler;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the installation can do and how each feature was lowered; a brief's {@code target}. Source: compiler.md.
 *
 * @param mode name of the {@link TargetMode}, as in documents
 * @param features one entry for each decision the manifest had a say in
 */
public record Target(String mode, List<Feature> features) {

    /** Whether brief, dialect and pack are resolved by Foundry itself are features of these names. */
    static final String BRIEF = "brief_reference";

    static final String PACK = "prompt_pack";
    static final String TRACE = "trace_export";

    /**
     * One feature.
     *
     * @param feature what it is, as in the report
     * @param wanted what was wanted
     * @param chosen what was taken
     * @param supported whether the installation gives what was wanted
     */
    public record Feature(String feature, String wanted, String chosen, boolean supported) {}

    /** Copies the list. */
    public Target {
        features = List.copyOf(features);
    }

    /**
     * Reads the target of a compiled brief.
     *
     * @param brief an {@code alloy.formation_brief.v1}
     */
    public static Target of(JsonNode brief) {
        JsonNode target = brief.path("target");
        return new Target(
                target.path("mode").asString(),
                target.path("features").valueStream().map(Target::feature).toList());
    }

    private static Feature feature(JsonNode json) {
        return new Feature(
                json.path("feature").asString(),
                json.path("wanted").asString(),
                json.path("chosen").asString(),
                json.path("supported").booleanValue(false));
    }

    /** Whether the installation gives every feature of this name as it was wanted; false when there is none. */
    public boolean supports(String feature) {
        var named =
                features.stream().filter(each -> each.feature().equals(feature)).toList();
        return !named.isEmpty() && named.stream().allMatch(Feature::supported);
    }

    /** How a trace comes back, {@code reporting.trace} of a request: {@code export}, {@code summary} or {@code manual}. */
    public String trace() {
        return features.stream()
                .filter(each -> each.feature().equals(TRACE))
                .map(Feature::chosen)
                .findFirst()
                .orElse("manual");
    }

    /** The target as it stands in a brief. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("mode", mode);
        var list = json.putArray("features");
        for (Feature each : features) {
            list.addObject()
                    .put("feature", each.feature())
                    .put("wanted", each.wanted())
                    .put("chosen", each.chosen())
                    .put("supported", each.supported());
        }
        return json;
    }
}
