package dev.alloy.conformance;

import dev.alloy.contract.foundry.Throttle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One pass of assess, plan, execute, verify, with up to three retries, and a commit whether or not the gates passed in the end. */
final class IterationScript implements Script {

    private static final int RETRIES = 3;

    private final Scripts.Edit edit;

    IterationScript(Scripts.Edit edit) {
        this.edit = edit;
    }

    @Override
    public void play(EventChain chain) throws IOException, InterruptedException {
        new Pass(chain).play();
    }

    private final class Pass {

        private final EventChain chain;
        private final GateBlocks gates;
        private final String project;
        private final boolean simulated;

        Pass(EventChain chain) {
            this.chain = chain;
            this.gates = new GateBlocks(chain, "iterate");
            this.project = chain.root().project();
            this.simulated = chain.throttle() == Throttle.DRY_RUN;
        }

        void play() throws IOException, InterruptedException {
            if (chain.path().isEmpty()) {
                chain.begin("Check Charter", chain.root())
                        .end(false, "Project '" + project + "' not found in registry");
                gates.skip("Strategic Assessor", chain.root(), false, "Skipped: not a strategic iteration");
                return;
            }
            FoundryEvent charter = observe(
                    "Check Charter",
                    chain.root(),
                    "charter_check_completed",
                    gates.carried()
                            .put("success", true)
                            .put("guidance", "Charter validated from: README.md")
                            .set("sources", EventChain.object().arrayNode().add("README.md")),
                    "charter validated from README.md");
            assessStrategically();
            FoundryEvent resolved = gates.resolve(charter);
            if (resolved == null) {
                return;
            }
            FoundryEvent preflight = gates.preflight(resolved);
            gates.skip("Route Validation Result", preflight, false, project + ": skipped (not validate)");
            if (!preflight.payload().path("required_passed").booleanValue()) {
                gates.skip("Assess Project", preflight, false, "Skipped: not an iterate workflow or preflight failed");
                gates.skip("Direct Prompt", preflight, false, "Skipped: not a prompt workflow");
                return;
            }
            FoundryEvent executed = execute(plan(preflight, resolved.payload().path("gates")));
            // At audit_only what mutators say is written down and reaches nobody: nothing verifies or commits their
            // edits.
            if (chain.throttle() != Throttle.AUDIT_ONLY) {
                verify(executed);
            }
        }

        private void assessStrategically() throws InterruptedException {
            EventChain.Block block = chain.begin("Strategic Assessor", chain.root());
            if (chain.root().payload().path("workflow").isString()) {
                block.end(true, "Skipped: not a strategic iteration");
            } else {
                block.end(
                        false, "error: failed to parse payload for event IterationRequested: missing field `workflow`");
            }
        }

        private FoundryEvent plan(FoundryEvent preflight, JsonNode resolved) throws InterruptedException {
            ObjectNode assessed = gates.carried()
                    .put("assessment", "Parser edge cases lack tests.")
                    .put("audit_name", "add-parser-edge-tests")
                    .put("category", "testing")
                    .put("principle", "Test the edges")
                    .put("severity", 6)
                    .set("gates", resolved);
            FoundryEvent assessment = observe(
                    "Assess Project",
                    preflight,
                    "assessment_completed",
                    assessed,
                    "assessed — severity 6, Test the edges");
            gates.skip("Direct Prompt", preflight, false, "Skipped: not a prompt workflow");
            FoundryEvent triage = observe(
                    "Triage Assessment",
                    assessment,
                    "triage_completed",
                    assessed.deepCopy().put("accepted", true).put("reason", "substantive"),
                    "triage accepted — substantive");
            ObjectNode planned = assessed.deepCopy().put("plan", "1. Add edge-case tests to the parser.");
            planned.remove(List.of("category", "severity"));
            return observe(
                    "Create Plan", triage, "plan_completed", planned, "plan created for Test the edges violation");
        }

        private FoundryEvent execute(FoundryEvent plan) throws IOException, InterruptedException {
            return work("Execute Plan", plan, 0, "plan execution completed");
        }

        private FoundryEvent work(String name, FoundryEvent trigger, int round, String done)
                throws IOException, InterruptedException {
            EventChain.Block block = chain.begin(name, trigger);
            ObjectNode payload = gates.carried().put("success", true).put("summary", simulated ? "" : done);
            if (round > 0) {
                payload.put("retry_count", round);
            }
            if (simulated) {
                FoundryEvent told = block.emit("execution_completed", payload.put("dry_run", true));
                block.simulated();
                return told;
            }
            try {
                edit.apply(chain.path().orElseThrow(), round);
            } catch (IOException e) {
                // The chain goes on as if something had been done, and the gates judge what was there before.
                FoundryEvent told = block.emit("execution_completed", payload.put("success", false));
                block.end(false, project + ": agent unavailable: " + e.getMessage());
                return told;
            }
            FoundryEvent told = block.emit("execution_completed", payload.put("execution_output", "Done."));
            block.ran("Done.", 0).end(true, project + ": " + done);
            return told;
        }

        private void verify(FoundryEvent first) throws IOException, InterruptedException {
            FoundryEvent executed = first;
            for (int round = 0; ; round++) {
                FoundryEvent verified = gates.verify(executed, round);
                boolean passed = verified.payload().path("required_passed").booleanValue();
                EventChain.Block route = chain.begin("Route Gate Result", verified);
                if (passed || round == RETRIES) {
                    finish(route, passed, round);
                    return;
                }
                FoundryEvent retry = route.emit(
                        "retry_requested",
                        gates.carried().put("failure_context", "gates failed").put("retry_count", round + 1));
                route.end(false, "%s: gates failed, retry %d/%d requested".formatted(project, round + 1, RETRIES));
                executed = work("Retry Execution", retry, round + 1, "retry " + (round + 1) + " completed");
            }
        }

        private void finish(EventChain.Block route, boolean passed, int round)
                throws IOException, InterruptedException {
            String summary = passed ? "all required gates passed" : "gates failed after " + round + " retries";
            FoundryEvent completed = route.emit(
                    "project_iteration_completed",
                    EventChain.object()
                            .put("project", project)
                            .put("success", passed)
                            .put("summary", summary)
                            .put("workflow", "iterate"));
            route.end(passed, project + ": " + summary);
            commit(completed);
            if (passed) {
                observe(
                        "Summarize Result",
                        completed,
                        "summarize_completed",
                        EventChain.object()
                                .put("project", project)
                                .put("headline", "Add parser edge tests")
                                .put("summary", "Adds tests. Raises coverage."),
                        "Add parser edge tests");
            } else {
                gates.skip("Summarize Result", completed, false, "Skipped: workflow did not succeed");
            }
        }

        private void commit(FoundryEvent completed) throws IOException, InterruptedException {
            EventChain.Block block = chain.begin("Commit and Push", completed);
            if (simulated) {
                ObjectNode payload = EventChain.object().put("cve", "unknown").put("dry_run", true);
                block.emit("project_changes_committed", payload);
                if (chain.pushes()) {
                    block.emit("project_changes_pushed", payload);
                }
                block.simulated();
                return;
            }
            Path path = chain.path().orElseThrow();
            if (GitRepository.in(path).isClean()) {
                block.end(true, "No changes to commit");
                return;
            }
            String message = "chore(" + project + "): automated iterate";
            try {
                GitRepository.in(path).commitAll(message);
            } catch (IOException e) {
                block.end(false, "error: git commit failed: " + e.getMessage());
                return;
            }
            block.emit(
                    "project_changes_committed",
                    EventChain.object().put("cve", "unknown").put("message", message));
            block.end(true, "Committed and pushed changes");
        }

        private FoundryEvent observe(String block, FoundryEvent trigger, String type, JsonNode payload, String summary)
                throws InterruptedException {
            EventChain.Block begun = chain.begin(block, trigger);
            FoundryEvent told = begun.emit(type, payload);
            begun.end(true, project + ": " + summary);
            return told;
        }
    }
}
