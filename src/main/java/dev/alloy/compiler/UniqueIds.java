package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Ids are unique: capabilities, gates, roles, and evidence over required and suggested together. */
final class UniqueIds implements IntentCheck {

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        JsonNode intent = candidate.sourceIntent();
        unique(intent, List.of("/protected_capabilities"), "id", findings);
        unique(intent, List.of("/evidence_plan/required", "/evidence_plan/suggested"), "id", findings);
        unique(intent, List.of("/gates"), "name", findings);
        unique(intent, List.of("/agent_formation/roles"), "name", findings);
    }

    private static void unique(JsonNode intent, List<String> lists, String member, Consumer<Finding> findings) {
        Set<String> seen = new HashSet<>();
        for (String pointer : lists) {
            JsonNode list = intent.at(pointer);
            for (int i = 0; i < list.size(); i++) {
                JsonNode id = list.path(i).path(member);
                if (id.isString() && !seen.add(id.stringValue())) {
                    findings.accept(new Finding(
                            pointer + "/" + i + "/" + member,
                            "duplicate-id",
                            "Another entry before this one has the same " + member + "."));
                }
            }
        }
    }
}
