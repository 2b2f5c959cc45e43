package dev.alloy.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.compilation.DriftPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class SnapshotCheckTests {

    @Test
    void passesWhatWasRequestedAndApproved() {
        assertThat(checks("abc123", DriftPolicy.EXACT, Given.result("completed")))
                .allMatch(SnapshotCheck::passed)
                .extracting(SnapshotCheck::check)
                .containsExactly(
                        "brief_id", "brief_digest", "project_id", "throttle", "entry_event", "repo_revision_before");
    }

    @ParameterizedTest
    @CsvSource({
        "brief_id, brief_2",
        "brief_digest, sha256:bbbb",
        "project_id, ledger",
        "throttle, full",
        "entry_event, execution_requested",
        "repo_revision_before, dead456",
    })
    void findsTheMemberThatDiffers(String member, String value) {
        List<SnapshotCheck> broken =
                checks("abc123", DriftPolicy.EXACT, Given.result("completed").put(member, value)).stream()
                        .filter(check -> !check.passed())
                        .toList();

        assertThat(broken).hasSize(1);
        assertThat(broken.get(0).check()).isEqualTo(member);
        assertThat(broken.get(0).actual()).isEqualTo(value);
        assertThat(broken.get(0).expected()).isNotEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "abc123, abc123, true",
        "abc123, abc1234, true",
        "abc123, abc12, false",
        "abc123, dabc123, false",
        "abc123, abc124, false",
    })
    void takesALongerSpellingOfTheApprovedRevisionOnly(String approved, String reported, boolean passed) {
        assertThat(revision(approved, DriftPolicy.EXACT, reported)).isEqualTo(passed);
        assertThat(revision(approved, DriftPolicy.ANY_RECORDED, reported)).isTrue();
    }

    private static boolean revision(String approved, DriftPolicy drift, String reported) {
        return checks(approved, drift, Given.result("completed").put("repo_revision_before", reported)).stream()
                .filter(check -> check.check().equals("repo_revision_before"))
                .allMatch(SnapshotCheck::passed);
    }

    private static List<SnapshotCheck> checks(String approved, DriftPolicy drift, ObjectNode result) {
        return SnapshotCheck.of(Given.run(), Given.approval(approved, drift), Given.reported(result));
    }
}
