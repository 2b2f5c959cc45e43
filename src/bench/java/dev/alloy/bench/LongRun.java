package dev.alloy.bench;

import dev.alloy.account.AccountInputs;
import dev.alloy.account.AccountInputs.Approved;
import dev.alloy.account.AccountInputs.ApprovedGate;
import dev.alloy.account.AccountInputs.Definition;
import dev.alloy.account.AccountInputs.LeftBehind;
import dev.alloy.account.AccountInputs.Reported;
import dev.alloy.account.AccountInputs.Run;
import dev.alloy.account.AccountInputs.Stage;
import dev.alloy.account.AccountInputs.Trace;
import dev.alloy.account.ReportedResult;
import dev.alloy.account.Witness;
import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** All that was said of a long mutating run: a result of 4 KB, and a trace whose summary has 70 KB. */
final class LongRun {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant NOON = Instant.parse("2026-06-06T12:00:00Z");
    private static final String DIGEST = digest("brief");
    private static final String TRACE_ID = "ab".repeat(16);
    private static final String COMMAND = "./gradlew check-";
    private static final String TREE_BEFORE = "1".repeat(40);
    private static final String TREE_AFTER = "2".repeat(40);
    private static final int GATES = 12;
    private static final int RESULT_BYTES = 4 * 1024;
    private static final int SUMMARY_BYTES = 70 * 1024;

    private LongRun() {}

    static AccountInputs material() {
        return new AccountInputs(
                new Run(
                        "runreq_1",
                        Stage.ENDED,
                        "executing",
                        null,
                        false,
                        "alloy/checkout-payment",
                        "a".repeat(40),
                        TRACE_ID,
                        NOON.minusSeconds(3600),
                        false),
                new Approved("brief_1", DIGEST, "checkout", "full", "iteration_requested", "a".repeat(40), false),
                gates().mapToObj(gate -> new ApprovedGate(name(gate), digest(COMMAND + gate), "required_for_mutation"))
                        .toList(),
                gates().mapToObj(gate -> new Definition("evidence-" + gate, "automated_test", true, name(gate)))
                        .toList(),
                new Reported("result_1", digest("result"), new ReportedResult(result()), Witness.REPORT, NOON),
                LeftBehind.NOTHING,
                List.of(new Trace("trace_1", summary(), Witness.TRACE, List.of())),
                List.of(),
                List.of(),
                List.of());
    }

    private static ObjectNode result() {
        ObjectNode result = JSON.createObjectNode()
                .put("schema_version", "alloy.foundry_run_result.v1")
                .put("run_request_id", "runreq_1")
                .put("brief_id", "brief_1")
                .put("brief_digest", DIGEST)
                .put("project_id", "checkout")
                .put("status", "completed")
                .put("trace_id", TRACE_ID)
                .put("entry_event", "iteration_requested")
                .put("throttle", "full")
                .put("started_at", NOON.minusSeconds(3600).toString())
                .put("completed_at", NOON.toString());
        result.putObject("repo")
                .put("start_revision", "a".repeat(40))
                .put("end_revision", "b".repeat(40))
                .put("dirty_before", false)
                .put("dirty_after", false);
        ObjectNode observed = result.putObject("observed");
        look(observed.putObject("before"), "a", TREE_BEFORE);
        look(observed.putObject("after"), "b", TREE_AFTER);
        ArrayNode told = result.putArray("gates");
        gates().forEach(gate -> told.addObject()
                .put("name", name(gate))
                .put("phase", "verify")
                .put("status", "passed")
                .put("required", true)
                .put("command", COMMAND + gate));
        ArrayNode files = result.putArray("changed_files");
        for (int file = 0; CanonicalJson.bytes(result).length < RESULT_BYTES; file++) {
            files.add("src/main/java/com/example/checkout/Payment" + file + ".java");
        }
        return result;
    }

    private static void look(ObjectNode look, String revision, String tree) {
        look.put("head", revision.repeat(40))
                .put("branch", "alloy/checkout-payment")
                .put("tree", tree)
                .put("clean", true);
    }

    /** Attempt after attempt of an agent, each verified by all gates, until it is long enough. */
    private static ObjectNode summary() {
        ObjectNode summary = JSON.createObjectNode().put("schema_version", "alloy.trace_summary.v1");
        ArrayNode blocks = summary.putArray("blocks_executed");
        summary.putArray("blocks_failed");
        ArrayNode mutators = summary.putArray("mutators_executed");
        summary.putArray("mutators_simulated");
        ArrayNode phases = summary.putArray("gate_phases");
        summary.putArray("commits").addObject().put("event_id", "evt_1");
        summary.putArray("errors");
        summary.put("pushed", false);
        summary.putObject("counts").put("phases_left_out", 0);
        while (CanonicalJson.bytes(summary).length < SUMMARY_BYTES) {
            blocks.add("Execute Plan").add("Run Verify Gates");
            mutators.add("Execute Plan");
            ArrayNode results = phases.addObject()
                    .put("phase", "verify")
                    .put("required_passed", true)
                    .put("gates", GATES)
                    .putArray("results");
            gates().forEach(gate -> results.addObject()
                    .put("name", name(gate))
                    .put("passed", true)
                    .put("required", true)
                    .put("command_digest", digest(COMMAND + gate)));
        }
        return summary;
    }

    private static IntStream gates() {
        return IntStream.range(0, GATES);
    }

    private static String name(int gate) {
        return "gate-" + gate;
    }

    private static String digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
