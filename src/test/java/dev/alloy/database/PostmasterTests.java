package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostmasterTests {

    @TempDir
    Path cluster;

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "junk", "-1", "0", "12 34", "99999999999999999999", "999999999\n/data\n"})
    void removesAPidFileThatNamesNoProcess(String content) throws IOException {
        Path file = Files.writeString(cluster.resolve("postmaster.pid"), content);

        new Postmaster(cluster.toRealPath()).clear();

        assertThat(file).doesNotExist();
    }

    @Test
    void findsNoServerWhereThereIsNoPidFile() throws IOException {
        assertThat(new Postmaster(cluster.toRealPath()).running()).isEmpty();
    }

    @Test
    void doesNotTakeThisVeryProcessForAServer() throws IOException {
        Files.writeString(
                cluster.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n" + cluster + "\n");

        assertThat(new Postmaster(cluster.toRealPath()).running()).isEmpty();
    }
}
