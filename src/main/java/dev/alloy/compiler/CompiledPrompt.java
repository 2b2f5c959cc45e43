package dev.alloy.compiler;

import dev.alloy.contract.foundry.EntryEvent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The one text of a prompt pack that today's Foundry reads from a payload. Source: foundry.md, “Events”. */
final class CompiledPrompt {

    private static final String STRATEGIC = "strategic_prompt";
    private static final String DIRECT = "prompt";
    private static final String ORDER =
            "Three parts follow. Make the smallest plan for the objective by the first, carry it out by"
                    + " the second, then judge your own change by the third. Where a part speaks of an accepted finding or plan, it is"
                    + " the objective and your plan.\n\n";

    private CompiledPrompt() {}

    /** The payload member Foundry reads for this event, or empty when it reads none. */
    static Optional<String> memberFor(EntryEvent event, JsonNode payload) {
        return switch (event) {
            case ITERATION_REQUESTED ->
                payload.path("strategic").booleanValue(false) ? Optional.of(STRATEGIC) : Optional.empty();
            case PROMPT_EXECUTION_REQUESTED -> Optional.of(DIRECT);
            default -> Optional.empty();
        };
    }

    /** The text for that member, from the documents as they are in the pack of the run. */
    static String render(String member, DocumentReferences references, JsonNode pack) {
        // The strategic text reaches the assessor alone; the direct one is all the mutating agent is told.
        List<Phase> phases = member.equals(STRATEGIC)
                ? List.of(Phase.ASSESSMENT, Phase.TRIAGE, Phase.PLANNING)
                : List.of(Phase.PLANNING, Phase.EXECUTION, Phase.REVIEW);
        return phases.stream()
                .map(phase -> content(pack, phase))
                .collect(Collectors.joining(
                        "\n\n---\n\n",
                        "Alloy brief " + references.briefId() + " (" + references.briefDigest() + "), prompt pack "
                                + references.promptPackId() + " (" + references.promptPackDigest() + ").\n\n"
                                + (member.equals(DIRECT) ? ORDER : ""),
                        ""));
    }

    private static String content(JsonNode pack, Phase phase) {
        return pack.path("documents")
                .valueStream()
                .filter(document -> document.path("phase").asString("").equals(phase.wire()))
                .map(document -> document.path("content").asString(""))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The pack has no document for " + phase.wire()));
    }
}
