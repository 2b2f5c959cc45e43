package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.World;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A question that takes the database too long is given up there, and whoever asked is told what to do. */
class StatementTimeScenarioTests {

    private static Replicas replicas;
    private static World world;
    private static String brief;

    @BeforeAll
    static void start() {
        replicas = Replicas.start(1, Map.of("alloy.limit.look-statement", "1s", "alloy.limit.costly-statement", "1s"));
        world = World.on(replicas.port(0));
        brief = world.brief().path("id").asString();
    }

    @AfterAll
    static void stop() {
        replicas.close();
    }

    @ParameterizedTest
    @CsvSource({
        "costly, audit_events, /api/audit-verification",
        "costly and streamed, audit_batches, /api/audit-events?export",
        "costly through JPA, prompt_pack_compilations, /api/formation-briefs/{brief}/bundle",
        "a list in SQL, audit_events, /api/audit-events",
        "a list of runs, run_facets, /api/run-requests?requested_by=ada",
        "a list through JPA, alloy_runners, /api/runners",
    })
    void isGivenUpAndToldWhatToDo(String what, String table, String path) throws SQLException {
        boolean exports = path.endsWith("?export");
        String asked = path.replace("{brief}", brief).replace("?export", "");
        Api asking = exports
                ? Api.on(replicas.port(0)).with("Accept", "application/x-ndjson, application/problem+json")
                : world.admin();
        try (Connection connection = replicas.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table " + table + " in access exclusive mode");

            Api.Answer answer = asking.get(asked);

            assertThat(answer.status()).as(what).isEqualTo(503);
            assertThat(answer.problem()).isEqualTo("unavailable");
            assertThat(answer.json().path("detail").asString()).contains("took the database too long");
            assertThat(answer.json().path("remedy").asString()).startsWith("Ask for less at a time");
            assertThat(answer.header("Retry-After")).isNotNull();
            connection.rollback();
        }
        asking.get(asked).expect(200);
    }
}
