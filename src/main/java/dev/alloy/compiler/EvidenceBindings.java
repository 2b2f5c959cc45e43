package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Evidence names gates and capabilities that the intent declares. */
final class EvidenceBindings implements IntentCheck {

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        JsonNode intent = candidate.sourceIntent();
        Set<String> gates = declared(intent.path("gates"), "name");
        Set<String> capabilities = declared(intent.path("protected_capabilities"), "id");
        for (String pointer : List.of("/evidence_plan/required", "/evidence_plan/suggested")) {
            JsonNode list = intent.at(pointer);
            for (int i = 0; i < list.size(); i++) {
                bindings(list.path(i), pointer + "/" + i, gates, capabilities, findings);
            }
        }
    }

    private static void bindings(
            JsonNode evidence,
            String pointer,
            Set<String> gates,
            Set<String> capabilities,
            Consumer<Finding> findings) {
        if (isUndeclared(evidence.path("gate"), gates)) {
            findings.accept(
                    new Finding(pointer + "/gate", "unknown-gate", "No gate of this name is declared under /gates."));
        }
        JsonNode ids = evidence.path("capability_ids");
        for (int i = 0; i < ids.size(); i++) {
            if (isUndeclared(ids.path(i), capabilities)) {
                findings.accept(new Finding(
                        pointer + "/capability_ids/" + i,
                        "unknown-capability",
                        "No capability of this id is declared under /protected_capabilities."));
            }
        }
    }

    private static boolean isUndeclared(JsonNode name, Set<String> declared) {
        return name.isString() && !declared.contains(name.stringValue());
    }

    private static Set<String> declared(JsonNode list, String member) {
        return list.valueStream()
                .map(entry -> entry.path(member))
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .collect(Collectors.toSet());
    }
}
