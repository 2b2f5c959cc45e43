package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedServerIntegrationTests {

    @TempDir
    static Path parent;

    private static Path directory;
    private static EmbeddedServer server;

    @BeforeAll
    static void startOnANewDirectoryWithASpaceInItsName() {
        directory = parent.resolve("new data");
        server = TestServers.start(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "fsync, on",
        "synchronous_commit, on",
        "full_page_writes, on",
        "listen_addresses, 127.0.0.1",
        "unix_socket_directories, ''",
        "password_encryption, scram-sha-256",
        "data_checksums, on",
        "server_encoding, UTF8",
    })
    void isSetUpForRealData(String setting, String expected) {
        assertThat(TestServers.sql(server)
                        .sql("select current_setting(?)")
                        .param(setting)
                        .query(String.class)
                        .single())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong"})
    void admitsNobodyWithoutThePassword(String password) {
        var stranger = TestServers.dataSource(server);
        stranger.setPassword(password);

        assertThatExceptionOfType(SQLException.class).isThrownBy(stranger::getConnection);
    }

    @Test
    void knowsNoOtherWayInThanAPasswordOverLoopback() {
        assertThat(TestServers.sql(server)
                        .sql("select type || ' ' || address || ' ' || auth_method || coalesce(error, '')"
                                + " from pg_hba_file_rules")
                        .query(String.class)
                        .list())
                .containsExactly("host 127.0.0.1 scram-sha-256");
    }

    @Test
    void keepsItsFilesToTheOwner() throws IOException {
        assertThat(permissions(directory)).isEqualTo("rwx------");
        assertThat(permissions(directory.resolve("postgres"))).isEqualTo("rwx------");
        assertThat(permissions(directory.resolve("postgres-password"))).isEqualTo("rw-------");
        assertThat(permissions(directory.resolve("postgres-start.log"))).isEqualTo("rw-------");
        assertThat(permissions(directory.resolve("postgres.lock"))).isEqualTo("rw-------");
        assertThat(permissions(TestServers.BINARIES)).isEqualTo("rwx------");
    }

    @Test
    void leavesNoMarkOfAnUnfinishedCluster() {
        assertThat(directory.resolve("postgres-unfinished")).doesNotExist();
    }

    @Test
    void refusesASecondServerOnTheSameDirectory() throws IOException {
        assertThatExceptionOfType(DatabaseNotUsable.class)
                .isThrownBy(() -> TestServers.start(directory))
                .withMessageContaining(directory.toRealPath().toString())
                .withMessageContaining("in use");

        // The refusal in this process must not have given the lock away to others.
        try (var other = ServerProcess.spawn(directory)) {
            assertThat(other.verdict()).startsWith("REFUSED").contains("in use");
        }
    }

    @Test
    void keepsRowsAndDurabilityAcrossARestart(@TempDir Path other) throws IOException {
        var first = TestServers.start(other);
        TestServers.addRow(first);
        TestServers.sql(first).sql("alter system set fsync = off").update();
        Files.writeString(other.resolve("postgres/pg_hba.conf"), "host all all 0.0.0.0/0 trust\n");
        ProcessHandle process = postmaster(other).running().orElseThrow();
        first.close();
        assertThat(process.isAlive()).isFalse();

        try (var second = TestServers.start(other)) {
            assertThat(TestServers.rows(second)).isEqualTo(1);
            assertThat(TestServers.sql(second)
                            .sql("show fsync")
                            .query(String.class)
                            .single())
                    .isEqualTo("on");
            assertThat(Files.readString(other.resolve("postgres/pg_hba.conf"))).doesNotContain("trust");
        }
    }

    @Test
    void closesOnceAndLeavesItsSuccessorAlone(@TempDir Path other) throws IOException {
        var first = TestServers.start(other);
        first.close();
        try (var second = TestServers.start(other)) {
            first.close();

            TestServers.addRow(second);
            assertThatExceptionOfType(DatabaseNotUsable.class).isThrownBy(() -> TestServers.start(other));
        }
    }

    private static Postmaster postmaster(Path directory) throws IOException {
        return new Postmaster(directory.toRealPath().resolve("postgres"));
    }

    @Test
    void neverTakesTheServerOfAnotherDirectoryForItsOwn(@TempDir Path other) throws IOException {
        Path cluster = Files.createDirectory(other.toRealPath().resolve("postgres"));
        Path pidFile = cluster.resolve("postmaster.pid");
        Files.copy(directory.resolve("postgres/postmaster.pid"), pidFile);

        new Postmaster(cluster).clear();

        assertThat(pidFile).doesNotExist();
        assertThat(TestServers.sql(server).sql("select 1").query(Integer.class).single())
                .isEqualTo(1);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
