package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Observations go into a prompt, and through it into a payload, which has to stay one that every reader takes. */
final class ObservationLength implements IntentCheck {

    private static final int LONGEST = 200_000;

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        JsonNode observations = candidate.sourceIntent().path("codebase_observations");
        long length = 0;
        for (int i = 0; i < observations.size(); i++) {
            length += observations.path(i).path("text").asString("").length();
        }
        if (length > LONGEST) {
            findings.accept(new Finding(
                    "/codebase_observations",
                    "too-long",
                    "All observations together must have at most " + LONGEST + " characters."));
        }
    }
}
