package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The same request is the same run; another one is another. */
@AlloyTest
class RunRequestScenarioTests {

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode brief;

    @BeforeEach
    void compile() {
        world = World.on(port);
        brief = world.brief();
    }

    @Test
    void answersTheFirstRunForTheSameRequest() {
        Api.Answer first = world.request(brief, "").expect(201);
        Api.Answer second = world.request(brief, "").expect(200);
        Api.Answer third = world.request(brief, ",\"throttle\":\"dry_run\"").expect(200);

        assertThat(first.header("Idempotent-Replayed")).isNull();
        assertThat(first.header("Location"))
                .endsWith("/api/run-requests/" + first.json().path("id").asString());
        assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
        assertThat(third.json().path("id")).isEqualTo(first.json().path("id"));
        assertThat(third.json().path("transport_replays").asInt()).isEqualTo(2);
    }

    @Test
    void answersTheFirstRunAlsoWhenItHasEnded() {
        world.approve(brief);
        JsonNode run = world.request(brief);
        new World.Started(run, world.firstRunner().start(run)).complete();

        Api.Answer again = world.request(brief, "").expect(200);

        assertThat(again.json().path("id")).isEqualTo(run.path("id"));
        assertThat(again.json().path("status").asString()).isEqualTo("completed_with_findings");
        assertThat(world.firstRunner().poll().status()).isEqualTo(204);
    }

    @Test
    void makesOneRunOfManyEqualRequestsAtOnce() {
        world.approve(brief);

        List<Api.Answer> answers = Together.times(50, () -> world.request(brief, ""));

        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 200)
                .hasSize(49)
                .allMatch(answer -> "true".equals(answer.header("Idempotent-Replayed")));
        assertThat(answers)
                .extracting(answer -> answer.json().path("id"))
                .containsOnly(answers.get(0).json().path("id"));
        JsonNode run = world.read(answers.get(0).json());
        assertThat(run.path("transport_replays").asInt()).isEqualTo(49);
        assertThat(world.admin()
                        .get("/api/run-requests?project_id=" + world.project())
                        .expect(200)
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void hasAKeyThatAnybodyCanComputeFromItsParts() throws NoSuchAlgorithmException {
        world.approve(brief);
        JsonNode run = world.request(brief);
        JsonNode served = world.firstRunner().offered(run);
        ObjectNode parts = JsonNodeFactory.instance.objectNode();
        parts.put("requested_by", "bootstrap");
        parts.put("throttle", "dry_run");
        parts.set("payload", served.path("foundry").path("payload"));
        parts.put("entry_event", "iteration_requested");
        parts.put("brief_digest", brief.path("digest").asString());
        parts.put("repo_revision", "abc123");
        parts.put("project_id", world.project());

        byte[] hash = MessageDigest.getInstance("SHA-256").digest(CanonicalJson.bytes(parts));

        assertThat(run.path("idempotency_key").asString())
                .isEqualTo("sha256:" + HexFormat.of().formatHex(hash));
        assertThat(served.path("idempotency_key")).isEqualTo(run.path("idempotency_key"));
    }

    @Test
    void makesAnotherRunForAnotherRequester() {
        Api ann = world.person("ann", "\"view\",\"compile_briefs\"");
        Api annsOtherToken = world.person("ann", "\"view\",\"compile_briefs\"");

        JsonNode mine = world.request(brief);
        JsonNode anns = World.requestAs(ann, brief, "").expect(201).json();

        assertThat(anns.path("idempotency_key")).isNotEqualTo(mine.path("idempotency_key"));
        assertThat(anns.path("requested_by").asString()).isEqualTo("ann");
        assertThat(World.requestAs(annsOtherToken, brief, "").expect(200).json().path("id"))
                .isEqualTo(anns.path("id"));
    }

    @Test
    void makesAnotherRunForAnotherBrief() {
        JsonNode other = world.brief(World.intent("Let a customer pay by invoice."));

        assertThat(world.request(other).path("idempotency_key"))
                .isNotEqualTo(world.request(brief).path("idempotency_key"));
    }

    @Test
    void makesAnotherRunForAnotherThrottle() {
        ObjectNode intent = World.example("source-intent");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode full = world.brief(intent);

        JsonNode asTheBriefSays = world.request(full);
        JsonNode dry =
                world.request(full, ",\"throttle\":\"dry_run\"").expect(201).json();

        assertThat(asTheBriefSays.path("throttle").asString()).isEqualTo("full");
        assertThat(asTheBriefSays.path("effect").asString()).isEqualTo("mutating");
        assertThat(dry.path("throttle").asString()).isEqualTo("dry_run");
        assertThat(dry.path("effect").asString()).isEqualTo("read_only");
        assertThat(dry.path("idempotency_key")).isNotEqualTo(asTheBriefSays.path("idempotency_key"));
    }

    @Test
    void refusesTheSameRunOnOtherTerms() {
        String terms = ",\"runner_id\":\"" + world.runner() + "\",\"expires_at\":\"2090-01-01T00:00:00.123456789Z\"";
        JsonNode run = world.request(brief, terms).expect(201).json();

        assertThat(world.request(brief, terms).expect(200).json().path("id")).isEqualTo(run.path("id"));
        for (String other : List.of(
                "",
                terms.replace(world.runner(), world.anotherRunner(1).id()),
                terms.replace("2090", "2091"),
                ",\"runner_id\":\"" + world.runner() + "\"")) {
            Api.Answer conflict = world.request(brief, other).expect(409);
            assertThat(conflict.problem()).isEqualTo("request-conflict");
            assertThat(conflict.json().path("run_request_id")).isEqualTo(run.path("id"));
        }
    }

    @Test
    void findsARequestWhosePayloadWasWrittenOtherwise() {
        JsonNode brief = world.brief();
        JsonNode ours = world.request(brief);
        String earlier =
                "runreq_01ARZ3NDEKTSV4RRFFQ69G5F" + ours.path("id").asString().substring(31);
        Rows.database()
                .sql("""
                        insert into foundry_run_requests (id, organization_id, project_id, installation_id, formation_brief_id,
                            brief_digest, prompt_pack_id, prompt_pack_digest, prompt_pack_edited, entry_event, payload, throttle,
                            effect, repo_path, repo_revision, branch, idempotency_key, status, requested_by)
                        select :id, organization_id, project_id, installation_id, formation_brief_id, brief_digest, prompt_pack_id,
                            prompt_pack_digest, prompt_pack_edited, entry_event, payload, throttle, effect, repo_path, repo_revision, branch,
                            'sha256:' || repeat('0', 64), status, 'ann'
                        from foundry_run_requests where id = :ours
                        """)
                .param("id", earlier)
                .param("ours", ours.path("id").asString())
                .update();

        Api.Answer again = World.requestAs(world.person("ann", "\"view\",\"compile_briefs\""), brief, "")
                .expect(200);

        assertThat(again.json().path("id").asString()).isEqualTo(earlier);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    }
}
