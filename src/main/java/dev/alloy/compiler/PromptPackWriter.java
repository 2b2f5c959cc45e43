package dev.alloy.compiler;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the prompt pack: the brief seen through each phase. */
final class PromptPackWriter {

    /** Changes whenever the words of a phase document do. */
    static final String TEMPLATE_VERSION = "2";

    /** In the order of {@link Phase}. */
    private static final List<PhaseTemplate> TABLE = List.of(
            new AssessmentPhase(),
            new TriagePhase(),
            new PlanningPhase(),
            new ExecutionPhase(),
            new ReviewPhase(),
            new RetryPhase(),
            new SummarizationPhase(),
            new IntentFeedbackPhase());

    private PromptPackWriter() {}

    static List<PromptDocument> documents(PromptContext context) {
        return TABLE.stream().map(template -> template.write(context)).toList();
    }

    static CompiledDocument pack(String briefDigest, List<PromptDocument> documents) {
        ObjectNode pack = JsonNodeFactory.instance.objectNode();
        pack.put("schema_version", "alloy.prompt_pack.v1");
        pack.put("template_version", TEMPLATE_VERSION);
        pack.put("compiler_version", Compiler.VERSION);
        pack.put("brief_digest", briefDigest);
        var list = pack.putArray("documents");
        documents.forEach(document -> list.add(document.toJson()));
        return new CompiledDocument(pack);
    }
}
