package dev.alloy.database;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedServerCrashIntegrationTests {

    @TempDir
    Path directory;

    private Path cluster;

    /** Else the process that is killed could be the one that unpacks the programs for everybody. */
    @BeforeAll
    static void unpack(@TempDir Path first) throws IOException {
        TestServers.start(first.toRealPath()).close();
    }

    @BeforeEach
    void resolveLinks() throws IOException {
        directory = directory.toRealPath();
        cluster = directory.resolve("postgres");
    }

    @Test
    void takesOverFromAServerWhoseOwnerWasKilled() throws IOException {
        try (var owner = ServerProcess.spawn(directory)) {
            assertThat(owner.verdict()).isEqualTo("READY");
        }
        ProcessHandle orphan = new Postmaster(cluster).running().orElseThrow();

        try (var server = TestServers.start(directory)) {
            assertThat(orphan.isAlive()).isFalse();
            assertThat(TestServers.rows(server)).isEqualTo(1);
        }
    }

    @Test
    void recoversAfterOwnerAndServerWereKilled() throws IOException {
        try (var owner = ServerProcess.spawn(directory)) {
            assertThat(owner.verdict()).isEqualTo("READY");
        }
        new Postmaster(cluster).running().orElseThrow().destroyForcibly();

        try (var server = TestServers.start(directory)) {
            assertThat(TestServers.rows(server)).isEqualTo(1);
        }
    }

    @Test
    void neverSignalsAStrangerThatHasTheProcessIdNow() throws IOException {
        TestServers.start(directory).close();
        var stranger = new ProcessBuilder("cat").start();
        try {
            Files.writeString(
                    cluster.resolve("postmaster.pid"), stranger.pid() + "\n" + cluster + "\n1\n5432\n\n127.0.0.1\n");

            try (var server = TestServers.start(directory)) {
                assertThat(stranger.isAlive()).isTrue();
                TestServers.addRow(server);
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void beginsAgainWhenTheFirstStartWasKilledWhileMakingTheCluster() throws Exception {
        try (var owner = ServerProcess.spawn(directory)) {
            awaitEntryIn(directory, cluster);
            awaitEntryIn(cluster, cluster.resolve("base"));
            owner.kill();
        }
        assertThat(directory.resolve("postgres-unfinished")).exists();

        try (var server = TestServers.start(directory)) {
            TestServers.addRow(server);
        }
    }

    private static void awaitEntryIn(Path parent, Path entry) throws Exception {
        try (var watch = parent.getFileSystem().newWatchService()) {
            parent.register(watch, ENTRY_CREATE);
            while (!Files.exists(entry)) {
                watch.take().reset();
            }
        }
    }
}
