package dev.alloy.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class DerivedTests {

    private static final List<RequiredGate> TESTS = List.of(new RequiredGate("tests", "required_for_dry_run"));

    private static Derived derived(ObjectNode document) {
        ReportedResult result = Given.reported(document);
        return Derived.of(result, TESTS, new GateOutcomes(result.gates(), "iteration_requested"));
    }

    private static ObjectNode document() {
        return Given.result("completed");
    }

    private static ObjectNode changes(ObjectNode document) {
        return (ObjectNode) document.path("changes");
    }

    @Test
    void aDryRunLeavesEverythingAsItWas() {
        assertThat(derived(document())).isEqualTo(new Derived(false, false, false, false, true));
    }

    @Test
    void aCommitIsSomethingThatRan() {
        ObjectNode document = document().put("repo_revision_after", "def456");
        changes(document).put("pushed", true).putArray("commits").add("def456");

        assertThat(derived(document)).isEqualTo(new Derived(true, false, true, true, false));
    }

    @Test
    void aMovedHeadIsACommitThatNobodyListed() {
        assertThat(derived(document().put("repo_revision_after", "def456")).committed())
                .isTrue();
        assertThat(derived(document().put("repo_revision_after", "abc123ff")).committed())
                .as("the same revision in full")
                .isFalse();
    }

    @Test
    void anEmptyListOfCommitsProvesNothing() {
        ObjectNode document = document();
        document.remove("repo_revision_after");
        changes(document).put("pushed", true);

        assertThat(derived(document)).isEqualTo(new Derived(null, false, null, null, null));
    }

    @Test
    void whatWasNotCommittedWasNotPushed() {
        ObjectNode document = document();
        changes(document).put("pushed", true);

        assertThat(derived(document).pushed()).isFalse();
    }

    @Test
    void aMutatorMayRunAndChangeNothing() {
        ObjectNode document = document();
        changes(document).putArray("mutators_executed").add("Execute Plan");

        assertThat(derived(document)).isEqualTo(new Derived(true, false, false, false, true));
    }

    @ParameterizedTest
    @CsvSource({"passed,true", "failed,false", "error,false", "skipped,"})
    void requiredGatesVerify(String status, Boolean verified) {
        ObjectNode document = document();
        document.putArray("gates")
                .addObject()
                .put("name", "tests")
                .put("phase", "verify")
                .put("status", status)
                .put("required", true);

        assertThat(derived(document).verified()).isEqualTo(verified);
    }

    @Test
    void noGateNoVerification() {
        ObjectNode document = document();
        document.putArray("gates");

        assertThat(derived(document).verified()).isNull();
    }

    @Test
    void aResultWithoutChangesSaysLittle() {
        ObjectNode document = document();
        document.remove(List.of("changes", "repo_revision_after"));

        assertThat(derived(document)).isEqualTo(new Derived(null, false, null, null, null));
    }
}
