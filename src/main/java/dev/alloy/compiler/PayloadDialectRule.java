package dev.alloy.compiler;

import dev.alloy.compiler.ReportRow.Severity;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Adds what a Foundry without native briefs needs in the payload: without {@code project} and {@code workflow} a strategic
 * iteration silently runs as an ordinary one. Source: foundry.md, trap 6.
 */
final class PayloadDialectRule implements LoweringRule {

    private static final String FEATURE = "payload_dialect";
    private static final String WANTED = "as_intended";

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        CapabilityManifest manifest = situation.manifest();
        var citation = manifest.cite("supports_alloy_brief");
        if (manifest.supports("supports_alloy_brief")) {
            decisions.asWanted(FEATURE, WANTED, citation, "Foundry reads the payload as the intent says it.");
            return;
        }
        List<String> added =
                situation.intent().foundry().isStrategic() ? complete(situation, decisions.payload()) : List.of();
        if (added.isEmpty()) {
            decisions.asWanted(
                    FEATURE, WANTED, citation, "The payload has all that Foundry needs for this entry event.");
        } else {
            decisions.lowered(
                    FEATURE,
                    WANTED,
                    citation,
                    "added: " + String.join(", ", added),
                    Severity.INFO,
                    "Foundry runs an ordinary iteration unless a strategic one names its project and workflow; the intent's"
                            + " own members are unchanged.",
                    "A Foundry with supports_alloy_brief.");
        }
    }

    private static List<String> complete(LoweringContext situation, ObjectNode payload) {
        List<String> added = new ArrayList<>();
        if (!payload.has("project")) {
            payload.put("project", situation.input().projectId());
            added.add("project");
        }
        if (!payload.has("workflow")) {
            payload.put("workflow", "iterate");
            added.add("workflow");
        }
        return added;
    }
}
