package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurabilityTests {

    @ParameterizedTest
    @ValueSource(strings = {"on", "local", "remote_write", "remote_apply"})
    void acceptsEverySynchronousCommitThatReachesTheDisk(String synchronousCommit) {
        assertThat(new Durability(180001, "on", "on", synchronousCommit).objections())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "180001, off, on, on, fsync is off",
        "180001, on, off, on, full_page_writes is off",
        "180001, on, on, off, synchronous_commit is off",
        "140012, on, on, on, 'it is PostgreSQL 14, and 15 is the oldest supported'",
        "149999, on, on, on, 'it is PostgreSQL 14, and 15 is the oldest supported'",
        "90624, on, on, on, 'it is PostgreSQL 9, and 15 is the oldest supported'",
    })
    void namesWhatIsWrong(int version, String fsync, String fullPageWrites, String synchronousCommit, String expected) {
        assertThat(new Durability(version, fsync, fullPageWrites, synchronousCommit).objections())
                .containsExactly(expected);
    }

    @Test
    void acceptsTheOldestSupportedVersion() {
        assertThat(new Durability(150000, "on", "on", "on").objections()).isEmpty();
    }

    @Test
    void namesEveryObjectionAtOnce() {
        assertThat(new Durability(140012, "off", "off", "off").objections()).hasSize(4);
    }
}
