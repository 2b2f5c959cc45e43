package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.EntryEvent;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * What no payload may say, whatever the manifest: members that reroute the chain or point it at another project, and members
 * that are the compiler's own. Source: compiler.md, “Refused in every payload”.
 */
final class PayloadRules implements IntentCheck {

    private static final String AT = "/foundry/payload";

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        JsonNode foundry = candidate.sourceIntent().path("foundry");
        JsonNode payload = foundry.path("payload");
        if (!payload.isObject()) {
            return;
        }
        refused(payload, "loop_context", "Foundry keeps this member for itself; a payload must not set it.", findings);
        refused(payload, "gates", "A payload must not replace the gates; declare them under /gates.", findings);
        workflow(payload, EntryEvent.parse(foundry.path("entry_event").asString("")), findings);
        project(payload, candidate.projectId(), findings);
        reserved(payload, findings);
        prompts(payload, findings);
    }

    private static void refused(JsonNode payload, String member, String why, Consumer<Finding> findings) {
        if (payload.has(member)) {
            findings.accept(new Finding(AT + "/" + member, "refused-member", why));
        }
    }

    private static void workflow(JsonNode payload, Optional<EntryEvent> event, Consumer<Finding> findings) {
        JsonNode workflow = payload.get("workflow");
        if (workflow == null || event.filter(own -> own.isOwnWorkflow(workflow)).isPresent()) {
            return;
        }
        String only = event.flatMap(EntryEvent::ownWorkflow)
                .map(own -> "For this entry event only the workflow " + own + " is allowed")
                .orElse("For this entry event no workflow is allowed");
        findings.accept(new Finding(AT + "/workflow", "foreign-workflow", only + ": another reroutes the chain."));
    }

    private static void project(JsonNode payload, String projectId, Consumer<Finding> findings) {
        JsonNode project = payload.get("project");
        if (project != null && !(project.isString() && project.stringValue().equals(projectId))) {
            findings.accept(new Finding(
                    AT + "/project", "foreign-project", "The project must be the id of the project this run is for."));
        }
    }

    /** Foundry passes over a prompt that is no text, and the run would have none. */
    private static void prompts(JsonNode payload, Consumer<Finding> findings) {
        for (String member : List.of("prompt", "strategic_prompt")) {
            if (payload.has(member) && !payload.path(member).isString()) {
                findings.accept(new Finding(AT + "/" + member, "wrong-type", "A prompt must be a string."));
            }
        }
    }

    private static void reserved(JsonNode payload, Consumer<Finding> findings) {
        String why = "This member is written by the compiler; a payload must not set it.";
        if (payload.has("alloy")) {
            findings.accept(new Finding(AT + "/alloy", "reserved-member", why));
        }
        JsonNode actions = payload.path("actions");
        if (payload.has("actions") && !actions.isObject()) {
            findings.accept(new Finding(AT + "/actions", "wrong-type", "Actions must be an object."));
        } else if (actions.has("alloy")) {
            findings.accept(new Finding(AT + "/actions/alloy", "reserved-member", why));
        }
    }
}
