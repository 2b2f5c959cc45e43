package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** How many capabilities all evidence together may name: the prompts repeat each of them, so a short intent could become long. */
final class BindingCount implements IntentCheck {

    private static final int MOST = 2_000;

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        int bindings = 0;
        for (String list : List.of("required", "suggested")) {
            JsonNode items = candidate.sourceIntent().path("evidence_plan").path(list);
            for (int i = 0; i < items.size(); i++) {
                int before = bindings;
                bindings += items.path(i).path("capability_ids").size();
                if (before <= MOST && bindings > MOST) {
                    findings.accept(new Finding(
                            "/evidence_plan/" + list + "/" + i + "/capability_ids",
                            "too-many",
                            "All evidence together may name at most " + MOST + " capabilities."));
                }
            }
        }
    }
}
