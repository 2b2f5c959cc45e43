package dev.alloy.compiler;

import dev.alloy.contract.foundry.EntryEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Completes a brief's payload for one run's execution request. It adds what names the brief itself or comes from the
 * run's own prompt pack. Source: compiler.md, the table.
 */
public final class ExecutionPayload {

    private ExecutionPayload() {}

    /**
     * The payload of a run. Every member of the brief's payload is in it unchanged; beside them stand
     * {@code alloy {brief_id, brief_digest, prompt_pack_id, prompt_pack_digest}} where the target resolves briefs, otherwise
     * {@code actions.alloy {brief_id, brief_digest, brief_path}}; and where the target does not resolve prompt packs, the
     * compiled {@code strategic_prompt} or {@code prompt} that the entry event needs.
     *
     * @param brief the compiled {@code alloy.formation_brief.v1}; its target says what to add
     * @param references the ids and digests of what this run uses
     * @param pack the run's {@code alloy.prompt_pack.v1}, edited or not
     * @return a new tree; the arguments are not changed
     * @throws IllegalArgumentException when the brief has no payload or the pack lacks a phase that is needed
     */
    public static ObjectNode render(JsonNode brief, DocumentReferences references, JsonNode pack) {
        if (!(brief.path("foundry").path("payload") instanceof ObjectNode lowered)) {
            throw new IllegalArgumentException("The brief has no foundry.payload");
        }
        Target target = Target.of(brief);
        ObjectNode payload = lowered.deepCopy();
        if (target.supports(Target.BRIEF)) {
            payload.putObject("alloy")
                    .put("brief_id", references.briefId())
                    .put("brief_digest", references.briefDigest())
                    .put("prompt_pack_id", references.promptPackId())
                    .put("prompt_pack_digest", references.promptPackDigest());
        } else {
            materialized(payload, references, target);
        }
        if (!target.supports(Target.PACK)) {
            EntryEvent.parse(brief.path("foundry").path("entry_event").asString())
                    .flatMap(event -> CompiledPrompt.memberFor(event, payload))
                    .filter(member -> !payload.has(member))
                    .ifPresent(member -> payload.put(member, CompiledPrompt.render(member, references, pack)));
        }
        return payload;
    }

    private static void materialized(ObjectNode payload, DocumentReferences references, Target target) {
        ObjectNode actions = payload.get("actions") instanceof ObjectNode given ? given : payload.putObject("actions");
        actions.putObject("alloy")
                .put("brief_id", references.briefId())
                .put("brief_digest", references.briefDigest())
                .put("brief_path", references.briefPath());
        if (target.supports(Target.PACK)) {
            payload.putObject("alloy")
                    .put("prompt_pack_id", references.promptPackId())
                    .put("prompt_pack_digest", references.promptPackDigest());
        }
    }
}
