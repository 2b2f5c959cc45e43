package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** A gate is required exactly when its mode says so: only advisory gates are not. */
final class GateModes implements IntentCheck {

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        JsonNode gates = candidate.sourceIntent().path("gates");
        for (int i = 0; i < gates.size(); i++) {
            JsonNode required = gates.path(i).path("required");
            String pointer = "/gates/" + i + "/required";
            OverlayMode.parse(gates.path(i).path("mode").asString(""))
                    .filter(mode -> required.isBoolean() && required.booleanValue() != mode.isRequired())
                    .ifPresent(mode -> findings.accept(new Finding(
                            pointer,
                            "required-contradicts-mode",
                            "A gate of mode " + mode.wire() + " has required = " + mode.isRequired() + ".")));
        }
    }
}
