package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.World;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Rows that contradict themselves are refused by the database, whoever writes them. */
@AlloyTest
@TestInstance(Lifecycle.PER_CLASS)
class StoredContentIntegrationTests {

    private static final String OTHER_DIGEST = "sha256:" + "0".repeat(64);
    private static final String CHECK_VIOLATION = "23514";

    private final World world;

    StoredContentIntegrationTests(@LocalServerPort int port) {
        world = World.on(port);
        world.startedRun().complete();
    }

    @ParameterizedTest
    @CsvSource({
        "formation_brief_compilations, digest",
        "formation_brief_compilations, source_intent_digest",
        "prompt_pack_compilations, digest",
        "gate_overlays, digest",
        "installation_manifests, digest",
        "foundry_run_results, digest",
    })
    void refusesADigestThatIsNotOfTheContent(String table, String column) {
        refusesACopy(
                table,
                "organization_id = '" + world.organization() + "'",
                "{\"" + column + "\":\"" + OTHER_DIGEST + "\"}");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false"})
    void refusesAnInstallationOfBothAProjectAndAnOrganizationOrOfNeither(boolean ofProject, boolean ofOrganization) {
        refusesACopy(
                "foundry_installations",
                "id = '" + world.installation() + "'",
                "{\"project_id\":%s,\"organization_id\":%s}"
                        .formatted(
                                ofProject ? "\"" + world.project() + "\"" : "null",
                                ofOrganization ? "\"" + world.organization() + "\"" : "null"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":\"completed\",\"completed_at\":null}",
                "{\"status\":\"executing\"}",
                "{\"status\":\"accepted\",\"completed_at\":null,\"runner_id\":null}",
                "{\"status\":\"queued\",\"completed_at\":null,\"queued_at\":null}",
                "{\"status\":\"failed\"}",
                "{\"status\":\"done\"}",
                "{\"status\":\"queued\",\"completed_at\":null,\"queue_expires_at\":null}",
                "{\"status\":\"offered\",\"completed_at\":null,\"accepted_at\":null,\"started_at\":null,\"offer_runner_id\":null}",
                "{\"status\":\"lost\",\"completed_at\":null,\"started_at\":null}",
                "{\"approval_id\":null}",
                "{\"failure_category\":\"execution\",\"failure_code\":\"c\"}",
                "{\"status\":\"failed\",\"failure_category\":\"bad_luck\",\"failure_code\":\"c\"}",
                "{\"status\":\"failed\",\"failure_category\":\"execution\"}",
                "{\"parked_reason\":\"r\"}",
                "{\"status\":\"executing\",\"completed_at\":null,\"parked_at\":\"2026-01-01T00:00:00Z\",\"parked_reason\":\"r\"}",
                "{\"cancel_reason\":\"r\"}",
                "{\"resolved_by\":\"a\"}",
                "{\"declined_by\":\"a\"}",
                "{\"declined_by\":\"a\",\"decline_reason\":\"r\"}",
                "{\"result_id\":null}",
                "{\"claimed_status\":\"executing\"}",
                "{\"account_version\":null}",
                "{\"account_version\":0}",
                "{\"account_status\":\"lost\"}",
                "{\"conflicting_reports\":1}",
                "{\"late_reports\":-1,\"conflicting_reports\":-1}",
                "{\"attempts\":-1}",
                "{\"unanswered_offers\":-1}",
                "{\"transport_replays\":-1}",
                "{\"retry_count\":-1}",
                "{\"supersedes\":\"runreq_0\"}",
                "{\"supersedes\":\"runreq_0\",\"reexecution_ordinal\":0,\"reexecution_reason\":\"r\"}",
                "{\"id\":\"run_0\"}",
                "{\"throttle\":\"wide_open\"}",
                "{\"effect\":\"none\"}",
                "{\"idempotency_key\":\"sha256:0\"}",
                "{\"offer_trace_id\":\"trace\"}",
                "{\"foundry_run_id\":\"with space\"}"
            })
    void refusesAStatusThatTheOtherColumnsContradict(String changes) {
        refusesACopy("foundry_run_requests", "organization_id = '" + world.organization() + "'", changes);
    }

    private static void refusesACopy(String table, String rows, String changes) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("insert into " + table + " select (jsonb_populate_record(t, '" + changes
                        + "')).* from " + table + " t where " + rows + " limit 1"))
                .satisfies(refusal -> assertThat(refusal.getSQLState()).isEqualTo(CHECK_VIOLATION));
    }

    private static int execute(String statement) throws SQLException {
        try (Connection connection = TestDatabase.shared().dataSource().getConnection();
                Statement sql = connection.createStatement()) {
            return sql.executeUpdate(statement);
        }
    }
}
