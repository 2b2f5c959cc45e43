package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.alloy.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

@ExtendWith(OutputCaptureExtension.class)
class DurabilityCheckIntegrationTests {

    @Test
    void acceptsTheDatabaseTheTestsRunOn() {
        assertThatNoException()
                .isThrownBy(() -> DurabilityCheck.check(TestDatabase.shared().dataSource()));
    }

    @Test
    void refusesToStartOnADatabaseWithAsynchronousCommit(CapturedOutput output) {
        try (var database = TestDatabase.create()) {
            JdbcClient.create(database.dataSource())
                    .sql("alter database " + database.name() + " set synchronous_commit = off")
                    .update();

            assertThatException().isThrownBy(() -> TestApplication.start(database.properties()));

            assertThat(output)
                    .contains("APPLICATION FAILED TO START", "synchronous_commit is off", "Use PostgreSQL 15 or newer")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void refusesAServerThatDoesNotSync(@TempDir Path directory) throws IOException {
        Path programs = TestServers.BINARIES.resolve("unpacked");
        try (var server = ServerLaunch.builderIn(programs)
                .setOverrideWorkingDirectory(programs.toFile())
                .setDataDirectory(directory.resolve("data"))
                .setServerConfig("full_page_writes", "off")
                .setServerConfig("unix_socket_directories", "")
                .start()) {
            assertThatExceptionOfType(DatabaseNotUsable.class)
                    .isThrownBy(() -> DurabilityCheck.check(server.getPostgresDatabase()))
                    .withMessageContaining("fsync is off")
                    .withMessageContaining("full_page_writes is off")
                    .withMessageContaining("synchronous_commit is off");
        }
    }

    @Test
    void saysThatADatabaseDoesNotAnswer() {
        var nobody = new PGSimpleDataSource();
        nobody.setUrl("jdbc:postgresql://127.0.0.1:1/postgres?user=x&password=hidden");

        assertThatExceptionOfType(DatabaseNotUsable.class)
                .isThrownBy(() -> DurabilityCheck.check(nobody))
                .withMessageContaining("does not answer")
                .withMessageNotContaining("hidden");
    }
}
