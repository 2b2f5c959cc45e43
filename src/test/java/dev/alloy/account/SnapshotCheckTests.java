package dev.alloy.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotCheckTests {

    private static List<SnapshotCheck> checks(Given given) {
        return given.account().verdict().checks();
    }

    @Test
    void passesWhatWasRequestedAndApproved() {
        assertThat(checks(new Given()))
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
        List<SnapshotCheck> broken = checks(new Given().change(one -> one.put(member, value))).stream()
                .filter(check -> !check.passed())
                .toList();

        assertThat(broken).hasSize(1);
        assertThat(broken.get(0).check()).isEqualTo(member);
        assertThat(broken.get(0).actual()).isEqualTo(value);
        assertThat(broken.get(0).expected()).isNotEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "abc123, true",
        "abc1234, true",
        "abc12, false",
        "dabc123, false",
        "abc124, false",
    })
    void takesALongerSpellingOfTheApprovedRevisionOnly(String reported, boolean passed) {
        assertThat(revision(new Given(), reported)).isEqualTo(passed);
        assertThat(revision(new Given().anyRevision(), reported)).isTrue();
    }

    private static boolean revision(Given given, String reported) {
        return checks(given.change(one -> one.put("repo_revision_before", reported))).stream()
                .filter(check -> check.check().equals("repo_revision_before"))
                .allMatch(SnapshotCheck::passed);
    }

    @Test
    void comparesWhatTheRunnerReadToo() {
        assertThat(checks(new Given().observed("{\"head_before\":\"dead456\"}")))
                .filteredOn(check -> !check.passed())
                .extracting(SnapshotCheck::check)
                .containsExactly("observed.head_before");
    }

    @Test
    void provesNothingWhereNobodyReadTheRevision() {
        RunAccount account = new Given()
                .claims("failed")
                .change(one -> one.remove(List.of("repo_revision_before", "repo_revision_after", "foundry_run_id")))
                .account();

        assertThat(account.verdict().name()).isEqualTo("not_reconstructable");
        assertThat(account.fact(Facts.REVISION_BEFORE)).isEmpty();
        assertThat(account.fact(Facts.OWN_COMMIT)).isEmpty();
    }
}
