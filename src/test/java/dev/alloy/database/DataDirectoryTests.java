package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTests {

    @TempDir
    Path parent;

    private DataDirectory directory;
    private Path marker;

    @BeforeEach
    void open() throws IOException {
        directory = DataDirectory.open(parent.resolve("data"));
        marker = directory.root().resolve("postgres-unfinished");
    }

    @Test
    void marksANewClusterUntilItIsFinished() throws IOException {
        directory.prepareCluster("18");
        assertThat(marker).exists();

        directory.finishCluster();
        assertThat(marker).doesNotExist();
    }

    @Test
    void throwsAHalfMadeClusterAway() throws IOException {
        directory.prepareCluster("18");
        Files.createDirectories(directory.cluster().resolve("base/1"));
        Files.writeString(directory.cluster().resolve("PG_VERSION"), "18\n");

        directory.prepareCluster("18");

        assertThat(directory.cluster()).isEmptyDirectory();
        assertThat(marker).exists();
    }

    @Test
    void keepsAClusterThatHasBeenServedWhateverTheMarkerSays() throws IOException {
        makeCluster("18");
        Files.writeString(directory.cluster().resolve("postmaster.opts"), "postgres");
        Files.writeString(marker, "");

        directory.prepareCluster("18");

        assertThat(directory.cluster().resolve("global/pg_control")).exists();
        assertThat(marker).doesNotExist();
    }

    @Test
    void leavesADirectoryItDoesNotKnowAsItIs() throws IOException {
        Path precious = Files.createDirectories(directory.cluster()).resolve("precious");
        Files.writeString(precious, "data");

        assertThatExceptionOfType(DatabaseNotUsable.class)
                .isThrownBy(() -> directory.prepareCluster("18"))
                .withMessageContaining("PG_VERSION is missing");

        assertThat(precious).hasContent("data");
    }

    @Test
    void refusesTheClusterOfAnotherMajorVersion() throws IOException {
        makeCluster("17");

        assertThatExceptionOfType(DatabaseNotUsable.class)
                .isThrownBy(() -> directory.prepareCluster("18"))
                .withMessageContaining("written by PostgreSQL 17");
    }

    @Test
    void makesAPasswordOnceAndKeepsIt() throws IOException {
        directory.prepareCluster("18");

        String password = directory.password();

        assertThat(password).hasSize(43);
        assertThat(directory.password()).isEqualTo(password);
    }

    @Test
    void closesAPasswordFileThatOthersCouldRead() throws IOException {
        directory.prepareCluster("18");
        directory.password();
        Files.setPosixFilePermissions(directory.passwordFile(), PosixFilePermissions.fromString("rw-r--r--"));

        directory.password();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.passwordFile())))
                .isEqualTo("rw-------");
    }

    @Test
    void refusesAClusterWhosePasswordIsGone() throws IOException {
        makeCluster("18");
        directory.prepareCluster("18");

        assertThatExceptionOfType(DatabaseNotUsable.class)
                .isThrownBy(directory::password)
                .withMessageContaining(directory.passwordFile().toString());
        assertThat(directory.passwordFile()).doesNotExist();
    }

    private void makeCluster(String version) throws IOException {
        Files.createDirectories(directory.cluster().resolve("global"));
        Files.writeString(directory.cluster().resolve("PG_VERSION"), version + "\n");
        Files.writeString(directory.cluster().resolve("postgresql.conf"), "");
        Files.writeString(directory.cluster().resolve("global/pg_control"), "");
    }
}
