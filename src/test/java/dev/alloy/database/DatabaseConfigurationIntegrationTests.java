package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import com.zaxxer.hikari.HikariDataSource;
import dev.alloy.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

@ExtendWith(OutputCaptureExtension.class)
class DatabaseConfigurationIntegrationTests {

    @TempDir
    Path directory;

    @Test
    void bringsADatabaseWhenNoneIsConfigured(CapturedOutput output) throws Exception {
        Map<String, Object> properties =
                Map.of("alloy.data-dir", directory.resolve("data").toString(), "spring.datasource.url", "");
        HikariDataSource pool;
        ProcessHandle server;
        Path cluster;
        try (var context = TestApplication.start(properties)) {
            pool = context.getBean(HikariDataSource.class);
            cluster = directory.toRealPath().resolve("data/postgres");
            server = new Postmaster(cluster).running().orElseThrow();

            assertThat(context.getBean(JdbcClient.class)
                            .sql("show data_directory")
                            .query(String.class)
                            .single())
                    .isEqualTo(cluster.toString());
            assertThat(output)
                    .containsOnlyOnce("Embedded PostgreSQL keeps its data in " + cluster)
                    .doesNotContain(Files.readString(directory.resolve("data/postgres-password"))
                            .strip());

            assertThatException().isThrownBy(() -> TestApplication.start(properties));
            assertThat(output)
                    .contains("APPLICATION FAILED TO START", "is in use by another running Alloy", "ALLOY_DATA_DIR")
                    .doesNotContain("\tat ");
        }

        assertThat(pool.isClosed()).isTrue();
        assertThat(server.isAlive()).isFalse();
        assertThat(output).contains("Shutdown completed").doesNotContain("Could not stop postmaster");
    }

    @Test
    void usesTheConfiguredDatabaseAndStartsNoOther() {
        Path unused = directory.resolve("unused");
        try (var database = TestDatabase.create()) {
            var properties = database.properties();
            properties.put("alloy.data-dir", unused.toString());
            try (var context = TestApplication.start(properties)) {
                assertThat(context.getBeansOfType(EmbeddedServer.class)).isEmpty();
                assertThat(context.getBean(JdbcClient.class)
                                .sql("select current_database()")
                                .query(String.class)
                                .single())
                        .isEqualTo(database.name());
            }
        }
        assertThat(unused).doesNotExist();
    }
}
