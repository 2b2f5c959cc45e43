package dev.alloy.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.run.RunStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class WeakeningTests {

    private static final List<RequiredGate> TESTS = List.of(new RequiredGate("tests", "required_for_mutation"));

    private static ObjectNode gate(String name, String status, boolean required) {
        ObjectNode document = Given.result("completed");
        document.putArray("gates")
                .addObject()
                .put("name", name)
                .put("phase", "verify")
                .put("status", status)
                .put("required", required);
        return document;
    }

    private static List<String> codes(ObjectNode document) {
        return judged(document).findings().stream().map(Finding::code).toList();
    }

    private static Judgement judged(ObjectNode document) {
        ReportedResult result = Given.reported(document);
        return Judgement.of(result, List.of(), TESTS, new GateOutcomes(result.gates(), result.text("entry_event")));
    }

    @Test
    void aGateThatRanAsApprovedIsNoFinding() {
        assertThat(codes(gate("tests", "passed", true))).isEmpty();
        assertThat(codes(gate("tests", "failed", true))).isEmpty();
    }

    @Test
    void aGateThatIsGoneSkippedOrMadeOptionalIsOne() {
        assertThat(codes(gate("other", "passed", true))).containsExactly("gate-gone");
        assertThat(codes(gate("tests", "skipped", true))).containsExactly("gate-skipped");
        assertThat(codes(gate("tests", "passed", false))).containsExactly("gate-no-longer-required");
    }

    @Test
    void soIsAGateFileThatChanged() {
        ObjectNode document = gate("tests", "passed", true);
        ((ObjectNode) document.path("changes"))
                .put("gate_file_digest_before", "sha256:" + "a".repeat(64))
                .put("gate_file_digest_after", "sha256:" + "b".repeat(64));

        Judgement judgement = judged(document);

        assertThat(judgement.findings())
                .extracting(Finding::category, Finding::code)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("safety", "gate-file-changed"));
        assertThat(judgement.status()).isEqualTo(RunStatus.COMPLETED_WITH_FINDINGS);
    }

    @Test
    void aRunThatFailedBeforeItsGatesWeakenedNone() {
        ObjectNode document = gate("other", "passed", true).put("status", "failed");

        assertThat(codes(document)).isEmpty();
    }
}
