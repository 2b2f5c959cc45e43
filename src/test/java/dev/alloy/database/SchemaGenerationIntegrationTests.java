package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import dev.alloy.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

@ExtendWith(OutputCaptureExtension.class)
class SchemaGenerationIntegrationTests {

    /** Of all migrations of the generation that this service needs. */
    private static final String MIGRATIONS = "e77452ba9233d71d633e28c0ac8b44b18f3795057a80f7b29f03c5f513020ae5";

    /** As Flyway makes it. */
    private static final String HISTORY = """
            create table flyway_schema_history (
                installed_rank integer primary key,
                version        varchar(50),
                description    varchar(200) not null,
                type           varchar(20) not null,
                script         varchar(1000) not null,
                checksum       integer,
                installed_by   varchar(100) not null,
                installed_on   timestamp not null default now(),
                execution_time integer not null,
                success        boolean not null
            );
            """;

    private static final String OLD_SCRIPT = """
            insert into flyway_schema_history values (1, '1', 'foundation', 'SQL', 'V1__foundation.sql', 1, 'alloy', now(), 1, true);
            """;

    private static final String COUNTED =
            "create table alloy_schema (id boolean primary key default true check (id), generation integer not null);";

    private final TestDatabase.Fresh database = TestDatabase.create();
    private final JdbcClient jdbc = JdbcClient.create(database.dataSource());

    @AfterEach
    void drop() {
        database.close();
    }

    static Stream<Arguments> othersGenerations() {
        return Stream.of(
                Arguments.of("the history of the first migrations", HISTORY + OLD_SCRIPT, 0),
                Arguments.of(
                        "that and their tables", HISTORY + OLD_SCRIPT + "create table foundry_run_requests ();", 0),
                Arguments.of("tables without a history", "create table alloy_runners (id text);", 0),
                Arguments.of("a generation that was never written", COUNTED, 0),
                Arguments.of(
                        "a later generation",
                        COUNTED + "insert into alloy_schema (generation) values (" + (SchemaGeneration.NEEDED + 1)
                                + ");",
                        SchemaGeneration.NEEDED + 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("othersGenerations")
    void refusesToStartOnAnotherGenerationAndChangesNothing(
            String name, String made, int generation, CapturedOutput output) {
        jdbc.sql(made).update();
        jdbc.sql("create table kept as select 1 as row").update();
        List<String> before = everything();

        assertThatException().isThrownBy(() -> TestApplication.startAndMigrate(database.properties()));

        assertThat(output)
                .contains(
                        "Shutdown completed",
                        "APPLICATION FAILED TO START",
                        "This database was made by an unreleased Alloy (generation " + generation + ", needed "
                                + SchemaGeneration.NEEDED + "). Nothing was changed.",
                        "Export the audit log with the Alloy that made it if you need it, then move the whole data directory away"
                                + " or name an empty database.")
                .doesNotContain("\tat ");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void refusesItsOwnEmbeddedDatabaseToo(@TempDir Path directory, CapturedOutput output) throws IOException {
        try (var server = TestServers.start(directory.resolve("data"))) {
            TestServers.sql(server).sql(HISTORY + OLD_SCRIPT).update();
        }
        assertThatException()
                .isThrownBy(() -> TestApplication.startAndMigrate(
                        Map.of("alloy.data-dir", directory.resolve("data").toString(), "spring.datasource.url", "")));

        assertThat(output)
                .contains("(generation 0, needed " + SchemaGeneration.NEEDED + "). Nothing was changed.")
                .doesNotContain("\tat ");
        try (var server = TestServers.start(directory.resolve("data"))) {
            assertThat(TestServers.sql(server)
                            .sql("select string_agg(tablename, ' ') from pg_tables where schemaname = 'public'")
                            .query(String.class)
                            .single())
                    .isEqualTo("flyway_schema_history");
        }
    }

    /** Flyway that died before its first migration leaves an empty history. */
    @ParameterizedTest
    @ValueSource(strings = {"set search_path = public", HISTORY})
    void makesTheSchemaInAnEmptyDatabaseAndStartsOnItAgain(String made) {
        jdbc.sql(made).update();

        TestApplication.startAndMigrate(database.properties()).close();
        assertThat(jdbc.sql("select generation from alloy_schema")
                        .query(Integer.class)
                        .single())
                .isEqualTo(SchemaGeneration.NEEDED);
        List<String> before = everything();

        TestApplication.startAndMigrate(database.properties()).close();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void holdsOneGeneration() {
        TestApplication.startAndMigrate(database.properties()).close();

        assertThatException().isThrownBy(() -> jdbc.sql("insert into alloy_schema (generation) values (9)")
                .update());
        assertThatException().isThrownBy(() -> jdbc.sql("insert into alloy_schema (id, generation) values (false, 9)")
                .update());
    }

    @Test
    void countsEachEditOfTheMigrations() throws IOException, NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        try (var files = Files.list(Path.of("src/main/resources/db/migration"))) {
            for (Path file : files.sorted().toList()) {
                digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
        }

        assertThat(HexFormat.of().formatHex(digest.digest()))
                .as(
                        "The migrations changed: count the generation up, in SchemaGeneration and in V1__database.sql, and write the"
                                + " new digest here. Databases of the generation before are refused from then on.")
                .isEqualTo(MIGRATIONS);
    }

    private List<String> everything() {
        return jdbc.sql("""
                        select concat_ws(' ', c.relname, c.relkind, c.relfilenode,
                            query_to_xml('select * from ' || c.oid::regclass, true, true, '')) as line
                        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'S')
                        union all select concat_ws(' ', p.proname, p.prosrc) from pg_proc p
                        where p.pronamespace = 'public'::regnamespace
                        order by 1
                        """).query(String.class).list();
    }
}
