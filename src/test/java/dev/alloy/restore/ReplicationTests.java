package dev.alloy.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a server that may fail over. */
class ReplicationTests {

    @ParameterizedTest
    @CsvSource({
        "'', on, 0, NOT_TOLD, names no standby",
        "'', on, 2, THE_LAST_MOMENTS, does not replicate synchronously (2 standbys",
        "'*', on, 1, NOTHING, replicates synchronously",
        "'*', on, 0, NOTHING, replicates synchronously",
        "'ANY 1 (a, b)', remote_apply, 2, NOTHING, replicates synchronously",
        "'*', remote_write, 1, NOTHING, replicates synchronously",
        "'*', local, 1, THE_LAST_MOMENTS, does not replicate synchronously",
        "'', local, 0, NOT_TOLD, names no standby"
    })
    void isJudgedByWhatACommitWaitsFor(
            String names, String commit, int standbys, Replication.Promise promise, String words) {
        var replication = new Replication(names, commit, standbys);

        assertThat(replication.promise()).isEqualTo(promise);
        assertThat(replication.inWords()).contains(words);
    }
}
