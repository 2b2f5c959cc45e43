package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.Digest;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The first word on a run stands; what else is said is kept beside it. */
@AlloyTest
class ResultScenarioTests {

    @LocalServerPort
    private int port;

    private World world;
    private World.Started started;

    @BeforeEach
    void start() {
        world = World.on(port);
        started = world.startedRun();
    }

    @Test
    void answersTheSameBytesAsItDidBefore() {
        ObjectNode result = World.result(started.run());
        Api.Answer first = started.lease().post("completed", result).expect(200);
        JsonNode ended = world.read(started.run());
        Api.Answer again = started.lease().post("completed", result).expect(200);

        assertThat(first.header("Idempotent-Replayed")).isNull();
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(world.read(started.run())).isEqualTo(ended);
        assertThat(lateReports()).isEmpty();
    }

    @Test
    void takesOneOfManyEqualReportsAtOnce() {
        ObjectNode result = World.result(started.run());

        List<Api.Answer> answers = Together.times(8, () -> started.lease().post("completed", result));

        assertThat(answers).extracting(Api.Answer::status).containsOnly(200);
        assertThat(answers)
                .extracting(answer -> answer.json().path("id"))
                .containsOnly(answers.get(0).json().path("id"));
        assertThat(answers)
                .filteredOn(answer -> answer.header("Idempotent-Replayed") == null)
                .hasSize(1);
    }

    @Test
    void keepsOtherBytesAsALateReport() {
        JsonNode taken = started.complete();
        JsonNode ended = world.read(started.run());
        ObjectNode other = World.result(started.run()).put("retry_count", 7);
        String spelledOtherwise = " " + World.result(started.run());

        for (String late : List.of(other.toString(), spelledOtherwise)) {
            Api.Answer refused = started.lease().post("completed", late).expect(409);
            assertThat(refused.problem()).isEqualTo("result-conflict");
            assertThat(refused.json().path("result_id")).isEqualTo(taken.path("id"));
        }

        // Nothing but the count of such reports.
        assertThat(world.read(started.run())).isEqualTo(((ObjectNode) ended).put("late_reports", 2));
        assertThat(lateReports()).containsExactly("result-conflict " + other, "result-conflict " + spelledOtherwise);
    }

    @Test
    void keepsAReportOfARunThatHasNotStarted() {
        JsonNode run = world.queuedRun(World.intent("Not yet."));
        var lease = world.anotherRunner(1).accept(run);
        ObjectNode early = World.result(run);

        assertThat(lease.post("completed", early).expect(409).problem()).isEqualTo("invalid-transition");

        assertThat(lateReports()).containsExactly("not-expected " + early);
    }

    @Test
    void servesTheBytesThatWereSent() {
        String sent = "\n  " + World.result(started.run()).put("unknown_member", "é ☃ \\") + "\r\n";
        JsonNode taken = started.lease().post("completed", sent).expect(200).json();
        String path = "/api/run-results/" + taken.path("id").asString();

        Api.Answer raw = world.admin().get(path + "/raw").expect(200);

        assertThat(raw.bytes()).isEqualTo(sent.getBytes(StandardCharsets.UTF_8));
        assertThat(raw.header("Content-Disposition")).startsWith("attachment");
        assertThat(raw.header("Content-Type")).startsWith("application/json");
        assertThat(raw.header("ETag")).isEqualTo("\"" + Digest.of(raw.bytes()) + "\"");
        JsonNode shown = world.admin().get(path).expect(200).json();
        assertThat(shown.path("digest").asString()).isEqualTo(Digest.of(raw.bytes()));
        assertThat(shown.path("reported_by").asString()).isEqualTo("runner");
        assertThat(World.on(port).person("eve", "\"view\"").get(path + "/raw").problem())
                .isEqualTo("not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "failed"})
    void refusesTheBodyOfAnotherRun(String step) {
        ObjectNode other = World.result(started.run())
                .put("run_request_id", "runreq_01ARZ3NDEKTSV4RRFFQ69G5FAV")
                .put("status", "failed");

        Api.Answer refused = started.lease().post(step, other).expect(422);

        assertThat(refused.problem()).isEqualTo("invalid-body");
        assertThat(refused.json().path("errors").path(0).path("pointer").asString())
                .isEqualTo("/run_request_id");
        assertThat(world.read(started.run()).path("status").asString()).isEqualTo("executing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "completed_with_findings"})
    void takesOnlyFailuresAsFailed(String status) {
        Api.Answer refused = started.lease()
                .post("failed", World.result(started.run()).put("status", status))
                .expect(422);

        assertThat(refused.json().path("errors").path(0).path("pointer").asString())
                .isEqualTo("/status");
        assertThat(world.read(started.run()).path("status").asString()).isEqualTo("executing");
    }

    @Test
    void takesAFailureAlsoBeforeTheStart() {
        JsonNode run = world.queuedRun(World.intent("No disk."));
        var lease = world.anotherRunner(1).accept(run);
        ObjectNode failed = World.result(run).put("status", "failed");
        failed.remove("foundry_run_id");
        failed.putArray("gates");
        failed.putObject("error")
                .put("category", "dispatch")
                .put("code", "foundry-unreachable")
                .putNull("message");

        JsonNode taken = lease.post("failed", failed).expect(200).json();

        assertThat(taken.path("status").asString()).isEqualTo("failed");
        JsonNode ended = world.read(run);
        assertThat(ended.path("status").asString()).isEqualTo("failed");
        assertThat(ended.path("started_at").isNull()).isTrue();
        assertThat(ended.path("failure").path("category").asString()).isEqualTo("dispatch");
        assertThat(ended.path("failure").path("code").asString()).isEqualTo("foundry-unreachable");
    }

    @Test
    void takesACancellation() {
        started.lease()
                .post("failed", World.result(started.run()).put("status", "cancelled"))
                .expect(200);

        assertThat(world.read(started.run()).path("status").asString()).isEqualTo("cancelled");
    }

    private List<String> lateReports() {
        return TestDatabase.shared()
                .jdbc()
                .sql("""
                        select reason || ' ' || convert_from(body, 'UTF8') from late_reports
                        where organization_id = :organization order by id
                        """)
                .param("organization", world.organization())
                .query(String.class)
                .list();
    }

    @Test
    void refusesObservationsOfEvidenceThatTheBriefDoesNotDefine() {
        ObjectNode result = World.result(started.run());
        result.putArray("evidence_observations")
                .addObject()
                .put("evidence_definition_id", evidenceOfAnotherOrganization())
                .put("status", "satisfied");

        Api.Answer refused = started.lease().post("completed", result).expect(422);

        assertThat(refused.problem()).isEqualTo("unknown-reference");
        assertThat(refused.json().path("errors").path(0).path("pointer").asString())
                .isEqualTo("/evidence_observations/0/evidence_definition_id");
        assertThat(world.read(started.run()).path("status").asString()).isEqualTo("executing");
        started.complete();
    }

    @ParameterizedTest
    @CsvSource({"completed_at, 2026-06-30T23:59:60Z", "trace_uri, javascript:x"})
    void refusesAResultThatCannotBeMeant(String member, String value) {
        ObjectNode result = World.result(started.run()).put(member, value);

        Api.Answer refused = started.lease().post("completed", result).expect(422);

        assertThat(refused.json().path("errors").path(0).path("pointer").asString())
                .isEqualTo("/" + member);
        assertThat(world.read(started.run()).path("status").asString()).isEqualTo("executing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"})
    void keepsAResultOfATimeThatCannotBeAndUsesThatOfItsReceipt(String told) {
        JsonNode taken = started.lease()
                .post("completed", World.result(started.run()).put("completed_at", told))
                .expect(200)
                .json();

        JsonNode shown = world.admin()
                .get("/api/run-results/" + taken.path("id").asString())
                .expect(200)
                .json();
        assertThat(shown.path("completed_at")).isEqualTo(shown.path("received_at"));
        assertThat(shown.path("findings")
                        .valueStream()
                        .filter(finding -> finding.path("code").asString().equals("implausible-time")))
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.path("informational").booleanValue()).isTrue());
        assertThat(world.admin()
                        .get("/api/run-results/" + taken.path("id").asString() + "/raw")
                        .expect(200)
                        .text())
                .contains(told);
    }

    private String evidenceOfAnotherOrganization() {
        return World.on(port)
                .brief()
                .path("evidence_definitions")
                .path(2)
                .path("id")
                .asString();
    }
}
