package dev.alloy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A refusal says what was sent, what is known here, and what to do next. */
@AlloyTest
class RefusalScenarioTests {

    private static final String EXPIRED = "unknown, expired or revoked";

    @LocalServerPort
    private int port;

    @Test
    void aCredentialThatNamesNobodySaysWhatIsWrongWithItsForm() {
        World world = World.on(port);
        JsonNode made = world.token("ann", "\"view\"", "");
        String token = made.path("token").asString();
        String typo = token.substring(0, 60) + (token.charAt(60) == '0' ? '1' : '0') + token.substring(61);

        assertThat(detail((String) null)).contains("header is missing");
        assertThat(detail(token)).contains("Write 'Bearer' and a space");
        assertThat(detail("Bearer" + token)).contains("A space is missing");
        assertThat(detail("Bearer ")).contains("No token");
        assertThat(detail("Basic " + token)).contains("scheme");
        assertThat(detail("Bearer " + typo)).contains("typo");
        assertThat(detail("Bearer " + token.substring(0, 60) + "~" + token.substring(61)))
                .contains("typo");
        assertThat(detail("Bearer " + token.substring(0, token.length() - 1)))
                .contains("cut off")
                .contains((token.length() - 1) + " of " + token.length());
        assertThat(detail("Bearer " + token.substring(0, 30))).contains("cut off");
        assertThat(detail("Bearer " + token + "0")).contains(EXPIRED);
        assertThat(detail("Bearer eyJhbGciOiJIUzI1NiJ9.e30.x")).contains("alloy_pat_");
        assertThat(detail("Bearer alloy_lse_01ARZ3NDEKTSV4RRFFQ69G5FAV_" + "0".repeat(72)))
                .contains("Alloy-Lease");
        world.admin().delete("/api/access-tokens/" + made.path("id").asString()).expect(204);
        assertThat(detail("Bearer " + token)).contains(EXPIRED);
    }

    /** A token that nobody has and one that somebody had are answered alike. */
    @Test
    void theFormOfATokenTellsNothingAboutWhoHasIt() {
        World world = World.on(port);
        JsonNode made = world.token("ann", "\"view\"", "");
        String revoked = made.path("token").asString();
        world.admin().delete("/api/access-tokens/" + made.path("id").asString()).expect(204);
        String rotated =
                World.on(port).token("ann", "\"view\"", "").path("token").asString();
        String other = World.on(port).token("bob", "\"view\"", "").path("token").asString();

        assertThat(detail("Bearer " + revoked)).contains(EXPIRED);
        assertThat(detail("Bearer " + rotated.substring(0, 37) + other.substring(37)))
                .contains("typo");
    }

    @Test
    void aForbiddenCallNamesTheAuthorityThatWouldDo() {
        World world = World.on(port);
        Api reader = world.person("rita", "\"view\"");

        JsonNode one = reader.post("/api/projects/" + world.project() + "/formation-briefs", "{}")
                .expect(403)
                .json();
        assertThat(one.path("detail").asString()).contains("'compile_briefs'");
        assertThat(one.path("remedy").asString()).contains("'compile_briefs'");
        JsonNode several = reader.post("/api/approvals/appr_0/revoke", "{\"reason\":\"r\"}")
                .expect(403)
                .json();
        assertThat(several.path("required_authorities").valueStream().map(JsonNode::asString))
                .containsExactly("approve_dry_run", "approve_mutation", "approve_commit_push", "approve_release");
        assertThat(several.path("detail").asString())
                .contains("one of the authorities", "'approve_release'", "'approve_mutation' for audit_only and full");
        assertThat(several.path("remedy").asString()).contains("'approve_release' for release");
        assertThat(several.has("required_authority"))
                .as("none of them is sure to do")
                .isFalse();
        assertThat(one.path("required_authority").asString()).isEqualTo("compile_briefs");
        assertThat(one.path("required_authorities")).hasSize(1);
    }

    /** Where the scope is known, the one authority that it takes is named. */
    @Test
    void whoHoldsAnotherApprovingAuthorityLearnsWhichOneItTakes() {
        World world = World.on(port);
        ObjectNode intent = World.intent("Commits.");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode brief = world.brief(intent);
        String run = world.request(brief).path("id").asString();
        Api dora = world.person("dora", "\"view\",\"approve_dry_run\"");

        for (Api.Answer refused : List.of(
                dora.post("/api/run-requests/" + run + "/decline", "{\"reason\":\"r\"}"),
                dora.post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"commit_push\",\"repo_revision\":\"" + "a".repeat(40) + "\"}"))) {
            JsonNode problem = refused.expect(403).json();
            assertThat(problem.path("required_authority").asString()).isEqualTo("approve_commit_push");
            assertThat(problem.path("detail").asString()).contains("'approve_commit_push'");
            assertThat(problem.path("remedy").asString())
                    .contains("'approve_commit_push'")
                    .doesNotContain("approve_dry_run");
        }
    }

    @Test
    void aForbiddenCallNamesTheCredentialThatWouldDo() {
        World world = World.on(port);

        JsonNode person = world.admin()
                .post("/api/run-requests/runreq_0/accepted", "{}")
                .expect(403)
                .json();
        assertThat(person.path("detail").asString()).contains("An access token may not", "alloy_rnr_");
        assertThat(person.path("remedy").asString()).contains("alloy_rnr_").doesNotContain("administrator");
        JsonNode runner = world.runnerApi().get("/api/projects").expect(403).json();
        assertThat(runner.path("detail").asString()).contains("A runner's key may not", "alloy_pat_", "'view'");
        JsonNode organization = world.person("root", "\"view\",\"administer\"")
                .post("/api/organizations", "{\"id\":\"mine\",\"name\":\"Mine\"}")
                .expect(403)
                .json();
        assertThat(organization.path("remedy").asString()).contains("bootstrap token");
        String limited = world.token("lim", "\"administer\",\"view\"", ",\"project_ids\":[\"" + world.project() + "\"]")
                .path("token")
                .asString();
        assertThat(world.admin()
                        .as(limited)
                        .get("/api/access-tokens")
                        .expect(403)
                        .json()
                        .path("remedy")
                        .asString())
                .contains("project_ids");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/project, /api/projects",
        "/api/run-request, /api/run-requests",
        "/api/run-requests/runreq_1/cancle, /api/run-requests/{id}/cancel",
        "/api/formation-briefs/brief_1/aproval, /api/formation-briefs/{id}/approvals",
        "/api/aprovals, /api/approvals"
    })
    void aPathThatNoCallHasNamesTheNearest(String path, String nearest) {
        Api admin = World.on(port).admin();

        JsonNode problem = admin.get(path).expect(404).json();

        assertThat(problem.path("type").asString()).endsWith("/no-such-path");
        assertThat(problem.at("/nearest/0").asString()).isEqualTo(nearest);
        assertThat(problem.path("detail").asString()).contains(nearest).doesNotContain("organization");
        admin.get("/api/projects/no-such-project").expect(404);
        assertThat(admin.get("/api/projects/no-such-project").problem()).isEqualTo("not-found");
    }

    @Test
    void whatResemblesNothingNamesNothing() {
        Api admin = World.on(port).admin();
        for (String path : List.of("/wp-login.php", "/api/" + "x".repeat(3_000), "/zzzzzzzz/yyyyyyyy/xxxxxxx")) {
            JsonNode problem = admin.get(path).expect(404).json();
            assertThat(problem.path("type").asString()).endsWith("/no-such-path");
            assertThat(problem.path("nearest")).isEmpty();
        }
    }

    @Test
    void aMethodThatIsNotThereIsNamedWithThoseThatAre() {
        String detail = World.on(port)
                .admin()
                .delete("/api/projects")
                .expect(405)
                .json()
                .path("detail")
                .asString();

        assertThat(detail).contains("DELETE").contains("GET, POST");
    }

    @Test
    void aMediaTypeThatIsNotReadIsNamedWithThoseThatAre() {
        Api.Answer answer = World.on(port)
                .admin()
                .send("POST", "/api/projects", "a: b".getBytes(StandardCharsets.UTF_8), "application/yaml")
                .expect(415);

        assertThat(answer.json().path("detail").asString())
                .contains("application/yaml")
                .contains("application/json");
    }

    @Test
    void anUnknownParameterIsNamedWithThoseThatAreKnown() {
        Api admin = World.on(port).admin();

        assertThat(detail(admin.get("/api/projects?limmit=1").expect(400)))
                .contains("'limmit'")
                .contains("cursor, limit");
        assertThat(detail(admin.get("/api/whoami?verbose=1").expect(400))).contains("'verbose'");
        assertThat(detail(admin.get("/api/whoami?" + "v".repeat(2_000) + "=1").expect(400)))
                .hasSizeLessThan(200);
        assertThat(admin.get("/api/whoami?" + Api.BOOTSTRAP_TOKEN + "=1")
                        .expect(400)
                        .text())
                .doesNotContain(Api.BOOTSTRAP_TOKEN);
    }

    @Test
    void aPatternIsSaidInWords() {
        JsonNode problem = World.on(port)
                .admin()
                .post("/api/projects", "{\"id\":\"NOT A SLUG\",\"organization_id\":\"acme\",\"name\":\" x\"}")
                .expect(422)
                .json();

        assertThat(problem.path("errors").findValuesAsString("detail"))
                .hasSize(2)
                .anyMatch(detail -> detail.contains("lower-case letters, digits and hyphens"))
                .anyMatch(detail -> detail.contains("visible characters"))
                .noneMatch(detail -> detail.contains("^"));
    }

    @Test
    void noRemedyIsToReadAgainAndNothingElse() {
        assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::remedy))
                .noneMatch(remedy -> remedy.matches("(?i)(read|get) [^.;]*again[.]?"))
                .noneMatch(remedy -> remedy.contains("Read the resource again and decide"));
        World world = World.on(port);
        JsonNode run = world.completedRun().path("run_request_id");
        assertThat(world.admin()
                        .post("/api/run-requests/" + run.asString() + "/cancel", "{\"reason\":\"r\"}")
                        .expect(409)
                        .json()
                        .path("remedy")
                        .asString())
                .contains("/reexecutions");
    }

    private String detail(@Nullable String authorization) {
        Api nobody = Api.on(port).as(null);
        return detail((authorization == null ? nobody : nobody.with("Authorization", authorization))
                .get("/api/whoami")
                .expect(401));
    }

    private static String detail(Api.Answer answer) {
        return answer.json().path("detail").asString();
    }
}
