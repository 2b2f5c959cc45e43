package dev.alloy.conformance;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Digest;
import tools.jackson.databind.node.ObjectNode;

/** The compiled documents of a small run. */
final class FixtureDocuments {

    static final String BRANCH = "alloy/conformance";

    private static final String COMPILER = "conformance-1";

    private final String project;
    private final String repoPath;
    private final String revision;
    private final String entryEvent;
    private final String throttle;

    FixtureDocuments(String project, String repoPath, String revision, String entryEvent, String throttle) {
        this.project = project;
        this.repoPath = repoPath;
        this.revision = revision;
        this.entryEvent = entryEvent;
        this.throttle = throttle;
    }

    ObjectNode payload(String briefId) {
        ObjectNode payload = EventChain.object().put("project", project);
        if (entryEvent.equals("iteration_requested")) {
            payload.put("workflow", "iterate");
        }
        payload.putObject("actions").put("maintain", false).putObject("alloy").put("brief_id", briefId);
        return payload;
    }

    byte[] brief() {
        ObjectNode brief = EventChain.object()
                .put("schema_version", "alloy.formation_brief.v1")
                .put("compiler_version", COMPILER)
                .put("manifest_digest", Digest.of(EventChain.object()));
        brief.putObject("mission").put("objective", "See whether a runner keeps the protocol.");
        brief.putObject("intent_refs");
        brief.putArray("protected_capabilities")
                .addObject()
                .put("id", "alloy.capability.one-execution")
                .put("statement", "A run is executed at most once.")
                .put("severity", "critical");
        for (String list : new String[] {"threats_to_watch", "preferred_strategies", "forbidden_moves", "tradeoffs"}) {
            brief.putArray(list);
        }
        ObjectNode plan = brief.putObject("evidence_plan");
        ObjectNode evidence = plan.putArray("required")
                .addObject()
                .put("id", "gates-passed")
                .put("statement", "The gates passed.")
                .put("kind", "automated_test")
                .put("gate", "unit");
        evidence.putArray("capability_ids").add("alloy.capability.one-execution");
        plan.putArray("suggested");
        brief.putObject("agent_formation");
        brief.putObject("feedback_hooks");
        brief.putObject("repo").put("path", repoPath).put("revision", revision).put("branch", BRANCH);
        brief.putObject("foundry")
                .put("entry_event", entryEvent)
                .put("throttle", throttle)
                .putObject("payload")
                .put("project", project);
        brief.set("target", target());
        return CanonicalJson.bytes(brief);
    }

    byte[] promptPack() {
        ObjectNode pack = EventChain.object()
                .put("schema_version", "alloy.prompt_pack.v1")
                .put("template_version", COMPILER)
                .put("compiler_version", COMPILER)
                .put("brief_digest", Digest.of(brief()));
        ObjectNode document = pack.putArray("documents")
                .addObject()
                .put("phase", "execution")
                .put("path", ".alloy/prompts/execution.md")
                .put("media_type", "text/markdown")
                .put("content", "# Execution\n\nDo what the brief says, and nothing else.\n");
        document.putArray("sources");
        return CanonicalJson.bytes(pack);
    }

    static ObjectNode target() {
        ObjectNode target = EventChain.object().put("mode", "runner_pull");
        target.putArray("features");
        return target;
    }
}
