package dev.alloy.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Browser;
import dev.alloy.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What the inbox tells of things that changed, were said, or end: to whom it concerns, and to nobody else. */
@AlloyTest
class InboxScenarioTests {

    private static final String MINE = "Needs you";
    private static final String OTHERS = "Waits for others";

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void briefsThatDoNotFitTheirInstallationAreForWhoCompiles() {
        JsonNode run = world.queuedRun();
        String brief = "/briefs/" + run.path("formation_brief_id").asString();
        assertThat(inbox("ada", "\"view\",\"compile_briefs\"").asNormalizedText())
                .doesNotContain("stale brief");

        world.admin()
                .put(
                        "/api/foundry-installations/" + world.installation() + "/capability-manifest",
                        World.example("capability-manifest")
                                .put("supports_trace_export", false)
                                .toString())
                .expect(200);

        HtmlPage mine = inbox("ada", "\"view\",\"compile_briefs\"");
        assertThat(part(mine, MINE))
                .contains("stale brief", "a run waits for it", "the brief would compile differently", "Compile");
        assertThat(Browser.links(mine)).contains(brief);
        HtmlPage others = inbox("eve", "\"view\"");
        assertThat(part(others, OTHERS)).contains("stale brief", "A person with the authority compile_briefs");
        assertNobodyElseSees("stale brief");
    }

    @Test
    void waiversAreDueBeforeTheyEnd() {
        JsonNode run = world.startedRun().complete();
        JsonNode item = world.admin()
                .get("/api/run-requests/" + run.path("run_request_id").asString() + "/evidence")
                .json()
                .at("/items/0");
        String path = "/api/evidence-definitions/"
                + item.path("evidence_definition_id").asString() + "/waivers";
        LocalDate today = Instant.now().atOffset(ZoneOffset.UTC).toLocalDate();
        waive(path, today.plusDays(30), Duration.ofDays(40));
        assertThat(inbox("wil", "\"view\",\"waive_evidence\"").asNormalizedText())
                .doesNotContain("waiver due");
        World other = world;
        make();
        JsonNode second = world.startedRun().complete();
        JsonNode due = world.admin()
                .get("/api/run-requests/" + second.path("run_request_id").asString() + "/evidence")
                .json()
                .at("/items/0");
        String duePath = "/api/evidence-definitions/"
                + due.path("evidence_definition_id").asString() + "/waivers";
        waive(duePath, today.plusDays(3), Duration.ofDays(20));

        HtmlPage mine = inbox("wil", "\"view\",\"waive_evidence\"");
        assertThat(part(mine, MINE))
                .contains(
                        "waiver due",
                        due.path("key").asString() + " in " + world.project() + " is due for review on "
                                + today.plusDays(3),
                        "bootstrap answers for it until",
                        "waive it again");
        assertThat(part(inbox("eve", "\"view\""), OTHERS)).contains("A person with the authority waive_evidence");
        assertNobodyElseSees("waiver due");

        waive(duePath, today.plusDays(60), Duration.ofDays(90));
        assertThat(inbox("wil", "\"view\",\"waive_evidence\"").asNormalizedText())
                .as("a longer one took its place")
                .doesNotContain("waiver due");
        assertThat(other.organization()).isNotEqualTo(world.organization());
    }

    private void waive(String path, LocalDate review, Duration end) {
        world.admin()
                .post(
                        path,
                        "{\"reason\":\"Reviewed by hand.\",\"review_date\":\"%s\",\"expires_at\":\"%s\"}"
                                .formatted(review, Instant.now().plus(end)))
                .expect(201);
    }

    @Test
    void reportsThatContradictAreForWhoDecidesAboutResults() {
        World.Started started = world.startedRun();
        String completed = "completed";
        started.lease().post(completed, World.result(started.run())).expect(200);
        started.lease()
                .post(completed, World.result(started.run()).put("note_of_this_runner", "Equal but for this."))
                .expect(409);
        assertThat(inbox("mo", "\"view\",\"approve_mutation\"").asNormalizedText())
                .contains("late report", "It did not change the run")
                .doesNotContain("reports conflict");
        started.lease()
                .post(completed, World.result(started.run()).put("status", "failed"))
                .expect(409);

        HtmlPage mine = inbox("mo", "\"view\",\"approve_mutation\"");
        assertThat(part(mine, MINE))
                .contains("reports conflict", "2 reports", "of which 1 contradict", "Compare the reports");
        assertThat(Browser.links(mine))
                .contains("/runs/" + started.run().path("id").asString() + "/late-reports");
        assertThat(part(inbox("eve", "\"view\""), OTHERS)).contains("reports conflict");
        assertNobodyElseSees("reports conflict");
    }

    @Test
    void credentialsThatEndAreForTheirOwnersAndAdministrators() {
        Instant soon = Instant.now().plus(Duration.ofDays(3));
        JsonNode ending = world.token("ada", "\"view\"", ",\"expires_at\":\"" + soon + "\"");
        world.token("ben", "\"view\"", ",\"expires_at\":\"" + Instant.now().plus(Duration.ofDays(60)) + "\"");
        try (Browser ada = Browser.signedIn(port, ending)) {
            assertThat(part(ada.get("/"), MINE)).contains("An access token of yours ends in", "Ask an administrator");
        }
        HtmlPage admin = inbox("ann", "\"view\",\"administer\"");
        assertThat(part(admin, MINE))
                .contains("An access token of ada ends", "/rotate makes the next one")
                .doesNotContain("of ben");
        assertThat(inbox("eve", "\"view\"").asNormalizedText()).doesNotContain("token ends");
        assertNobodyElseSees("token ends");

        world.token("ada", "\"view\"", "");
        assertThat(inbox("ann", "\"view\",\"administer\"").asNormalizedText())
                .as("another took its place")
                .doesNotContain("token of ada");
    }

    @Test
    void whatIsCutIsCounted() {
        for (int i = 0; i < 26; i++) {
            world.token(
                    "p" + i, "\"view\"", ",\"expires_at\":\"" + Instant.now().plus(Duration.ofDays(3)) + "\"");
        }
        HtmlPage admin = inbox("ann", "\"view\",\"administer\"");
        assertThat(admin.asNormalizedText()).contains("The first 25 of 26 access tokens that end are here.");
        assertThat(admin.asNormalizedText().split("token ends", -1)).hasSize(26);
    }

    @Test
    void theAuditLogsStateIsForTheWholeOrganization() {
        assertThat(inbox("eve", "\"view\"").asNormalizedText()).contains("audit log", "GET /api/audit-verification");
        try (Browser limited = Browser.signedIn(
                port, world.token("lim", "\"view\"", ",\"project_ids\":[\"" + world.project() + "\"]"))) {
            assertThat(limited.get("/").asNormalizedText()).doesNotContain("audit log");
        }
    }

    /** Neither another organization nor somebody of another project. */
    private void assertNobodyElseSees(String words) {
        World other = World.on(port);
        String all = "\"view\",\"compile_briefs\",\"waive_evidence\",\"approve_mutation\",\"administer\"";
        String project = world.anotherProject();
        try (Browser stranger = Browser.signedIn(port, other.token("stranger", all, ""));
                Browser outside =
                        Browser.signedIn(port, world.token("outside", all, ",\"project_ids\":[\"" + project + "\"]"))) {
            assertThat(stranger.get("/").asNormalizedText()).doesNotContain(words);
            assertThat(outside.get("/").asNormalizedText()).doesNotContain(words);
        }
    }

    private HtmlPage inbox(String name, String authorities) {
        try (Browser browser = Browser.signedIn(port, world.token(name, authorities, ""))) {
            return browser.get("/");
        }
    }

    private static String part(HtmlPage page, String heading) {
        String text = page.asNormalizedText();
        int begin = text.indexOf(heading);
        assertThat(begin).as(heading + " in " + text).isNotNegative();
        int end = heading.equals(MINE) ? text.indexOf(OTHERS) : text.length();
        return text.substring(begin, end < 0 ? text.length() : end);
    }
}
