package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLaunchTests {

    @TempDir
    Path parent;

    @Test
    void throwsProgramsAwayWhoseUnpackingWasInterrupted() throws IOException {
        Path binaries = parent.resolve("binaries");
        Path half = Files.createDirectories(binaries.resolve("unpacked/PG-half/bin"));
        Files.writeString(half.resolve("postgres"), "half of a program");
        Path whole = Files.createDirectories(binaries.resolve("unpacked/PG-whole"));
        Files.writeString(whole.resolve(".exists"), "");

        new ServerLaunch(DataDirectory.open(parent), binaries, "secret").preparePrograms();

        assertThat(binaries.resolve("unpacked")).isDirectoryContaining("glob:**PG-whole");
        assertThat(binaries.resolve("unpacked/PG-half")).doesNotExist();
    }

    @Test
    void leavesTheSystemPropertiesAsTheyWere() {
        String before = System.getProperty("ot.epg.working-dir");

        ServerLaunch.builderIn(parent);

        assertThat(System.getProperty("ot.epg.working-dir")).isEqualTo(before);
    }
}
