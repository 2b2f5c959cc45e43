package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Who approves a gate's command has to see all of it, and a shell would take what they cannot see. */
final class GateCommands implements IntentCheck {

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        JsonNode gates = candidate.sourceIntent().path("gates");
        for (int i = 0; i < gates.size(); i++) {
            JsonNode command = gates.path(i).path("command");
            if (command.isString()
                    && command.stringValue()
                            .codePoints()
                            .anyMatch(c -> InvisibleCharacters.is(c) && c != '\n' && c != '\t')) {
                findings.accept(new Finding(
                        "/gates/" + i + "/command",
                        "invisible-character",
                        "A command must not hold control or invisible characters but tabs and line feeds."));
            }
        }
    }
}
