package dev.alloy.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class DerivedTests {

    private static Given given() {
        return new Given()
                .mutating("full")
                .approved("tests", "required_for_dry_run")
                .reports("tests", "failed");
    }

    private static ObjectNode changes(ObjectNode document) {
        return (ObjectNode) document.path("changes");
    }

    @Test
    void aDryRunLeavesEverythingAsItWas() {
        assertThat(given().account().derived()).isEqualTo(new Derived(false, false, false, false, true));
    }

    @Test
    void aCommitIsSomethingThatRan() {
        Given given = given().change(one -> {
            one.put("repo_revision_after", "def456");
            changes(one).put("pushed", true).putArray("commits").add("def456");
        });

        assertThat(given.account().derived()).isEqualTo(new Derived(true, false, true, true, false));
    }

    @Test
    void aMovedHeadIsACommitThatNobodyListed() {
        assertThat(given().change(one -> one.put("repo_revision_after", "def456"))
                        .account()
                        .derived()
                        .committed())
                .isTrue();
        assertThat(given().change(one -> one.put("repo_revision_after", "abc123ff"))
                        .account()
                        .derived()
                        .committed())
                .as("the same revision in full")
                .isFalse();
    }

    @Test
    void anEmptyListOfCommitsProvesNothing() {
        Given given = given().change(one -> {
            one.remove("repo_revision_after");
            changes(one).put("pushed", true);
        });

        assertThat(given.account().derived()).isEqualTo(new Derived(null, false, null, null, null));
    }

    @Test
    void whatWasNotCommittedWasNotPushed() {
        assertThat(given().change(one -> changes(one).put("pushed", true))
                        .account()
                        .derived()
                        .pushed())
                .isFalse();
    }

    @Test
    void aMutatorMayRunAndChangeNothing() {
        Given given =
                given().change(one -> changes(one).putArray("mutators_executed").add("Execute Plan"));

        assertThat(given.account().derived()).isEqualTo(new Derived(true, false, false, false, true));
    }

    @ParameterizedTest
    @CsvSource({"passed,true", "failed,false", "error,false", "skipped,"})
    void requiredGatesVerify(String status, Boolean verified) {
        assertThat(new Given()
                        .approved("tests", "required_for_dry_run")
                        .reports("tests", status)
                        .account()
                        .derived()
                        .verified())
                .isEqualTo(verified);
    }

    @Test
    void noGateNoVerification() {
        assertThat(new Given()
                        .approved("tests", "required_for_dry_run")
                        .account()
                        .derived()
                        .verified())
                .isNull();
    }

    @Test
    void aResultWithoutChangesSaysLittle() {
        Given given = given().change(one -> one.remove(List.of("changes", "repo_revision_after")));

        assertThat(given.account().derived()).isEqualTo(new Derived(null, false, null, null, null));
    }

    @Test
    void whetherAFailedMutatorChangedSomethingIsToldByWhoeverLooked() {
        TraceSummary broken = new TraceSummary().failed("Execute Plan", "agent died", true);
        assertThat(given().trace(broken).account().derived().executed()).isNull();
        assertThat(given().trace(broken)
                        .observed("""
                                {"head_before":"abc123","head_after":"abc123","tree_before":"%1$s","tree_after":"%1$s"}""".formatted(Given.TREE))
                        .account()
                        .derived()
                        .executed())
                .isFalse();
        assertThat(given().trace(broken)
                        .observed("""
                                {"head_before":"abc123","head_after":"abc123","tree_before":"%s","tree_after":"%s"}""".formatted(Given.TREE, "3".repeat(40)))
                        .account()
                        .derived()
                        .executed())
                .isTrue();
    }

    @Test
    void aSimulationExecutesNothingWhateverItLists() {
        Given given = given().change(one -> {
            one.put("simulated", true).put("repo_revision_after", "def456");
            changes(one).putArray("mutators_executed").add("Execute Plan");
        });

        assertThat(given.account().derived()).isEqualTo(new Derived(false, null, false, false, true));
    }
}
