package dev.alloy.conformance;

import tools.jackson.databind.JsonNode;

/** Compares the result of the ordinary run with what was ordered and what happened. */
final class ResultCheck {

    private final ScenarioWorld stage;
    private final RequestFixture order;
    private final JsonNode result;

    ResultCheck(ScenarioWorld stage, RequestFixture order, JsonNode result) {
        this.stage = stage;
        this.order = order;
        this.result = result;
    }

    void check() {
        is("run_request_id", order.id());
        is("brief_id", order.briefId());
        is("brief_digest", order.briefDigest());
        is("project_id", order.project());
        is("throttle", order.throttle());
        is("entry_event", order.entryEvent());
        is("repo_revision_before", order.revision());
        is("repo_revision_after", order.revision());
        is("trace_id", stage.foundry().emits().get(0).traceId());
        String foundryRun = result.path("foundry_run_id").asString("");
        stage.require(
                foundryRun.startsWith("evt_"),
                "foundry_run_id is the id that Emit answered",
                foundryRun,
                Section.RESULT);
        String status = result.path("status").asString("");
        stage.require(
                status.startsWith("completed"),
                "completed, or completed_with_findings, when the required gates passed",
                status,
                Section.RESULT);
        gate("unit", "passed", true, 0);
        gate("style", "failed", false, 3);
    }

    private void is(String member, String wanted) {
        String found = result.path(member).asString("");
        stage.require(found.equals(wanted), member + " " + wanted, found, Section.RESULT);
    }

    private void gate(String name, String status, boolean required, int exitCode) {
        boolean there = result.path("gates")
                .valueStream()
                .anyMatch(gate -> gate.path("name").asString("").equals(name)
                        && gate.path("phase").asString("").equals("preflight")
                        && gate.path("status").asString("").equals(status)
                        && gate.path("required").asBoolean(!required) == required
                        && gate.path("exit_code").asInt(exitCode) == exitCode);
        stage.require(
                there,
                "gate '%s' %s in phase preflight, %s, exit code %d"
                        .formatted(name, status, required ? "required" : "not required", exitCode),
                result.path("gates"),
                Section.RESULT);
    }
}
