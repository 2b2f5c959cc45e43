package dev.alloy.compiler;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the formation brief. Members the intent leaves out stand in it empty, so readers find every one. */
final class BriefWriter {

    private static final List<String> LISTS =
            List.of("threats_to_watch", "preferred_strategies", "forbidden_moves", "tradeoffs");

    private BriefWriter() {}

    static CompiledDocument brief(LoweringContext situation, Decisions decisions, String manifestDigest) {
        ObjectNode intent = situation.input().sourceIntent();
        ObjectNode brief = JsonNodeFactory.instance.objectNode();
        brief.put("schema_version", "alloy.formation_brief.v1");
        brief.put("compiler_version", Compiler.VERSION);
        brief.put("manifest_digest", manifestDigest);
        ObjectNode mission = brief.putObject("mission");
        mission.put("objective", situation.intent().mission().objective());
        copyList(intent.path("mission"), mission, "definition_of_done");
        copyList(intent.path("mission"), mission, "stop_conditions");
        ObjectNode refs = brief.putObject("intent_refs");
        List.of("product", "design", "engineering").forEach(kind -> copyList(intent.path("intent_refs"), refs, kind));
        copyList(intent, brief, "protected_capabilities");
        LISTS.forEach(member -> copyList(intent, brief, member));
        evidencePlan(situation.intent(), brief.putObject("evidence_plan"));
        copyObject(intent, brief, "agent_formation");
        copyObject(intent, brief, "feedback_hooks");
        brief.putObject("repo")
                .put("path", situation.input().repo().path())
                .put("revision", situation.input().repo().revision())
                .put("branch", decisions.branch());
        brief.putObject("foundry")
                .put("entry_event", situation.intent().foundry().entryEvent().wire())
                .put("throttle", decisions.throttle().wire())
                .set("payload", decisions.payload().deepCopy());
        brief.set("target", decisions.target().toJson());
        return new CompiledDocument(brief);
    }

    private static void evidencePlan(Intent intent, ObjectNode plan) {
        ArrayNode required = plan.putArray("required");
        ArrayNode suggested = plan.putArray("suggested");
        for (PlannedEvidence evidence : intent.evidence()) {
            ObjectNode item = (evidence.required() ? required : suggested).addObject();
            item.put("id", evidence.key())
                    .put("statement", evidence.statement())
                    .put("kind", evidence.kind());
            if (evidence.gate() != null) {
                item.put("gate", evidence.gate());
            }
            evidence.capabilityIds().forEach(item.putArray("capability_ids")::add);
        }
    }

    private static void copyList(JsonNode from, ObjectNode to, String member) {
        JsonNode value = from.get(member);
        to.set(member, value == null ? to.arrayNode() : value.deepCopy());
    }

    private static void copyObject(JsonNode from, ObjectNode to, String member) {
        JsonNode value = from.get(member);
        to.set(member, value == null ? to.objectNode() : value.deepCopy());
    }
}
