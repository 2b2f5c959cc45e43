package dev.alloy.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Browser;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Text of repositories, runners and people stays text, wherever it comes up. */
@AlloyTest
class HostileTextScenarioTests {

    private static final String HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> ${7*7} !{1} {{x}}";

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    @Test
    void whatOthersWroteIsShownAndNotRun() {
        World world = World.on(port);
        ObjectNode intent = World.intent(HOSTILE);
        ((ObjectNode) intent.path("protected_capabilities").path(0)).put("statement", "Keep " + HOSTILE);
        ((ArrayNode) intent.path("threats_to_watch")).add(HOSTILE);
        Api eve = world.person("<i>eve</i>", "\"view\",\"compile_briefs\",\"approve_dry_run\"");
        JsonNode brief = eve.post("/api/projects/" + world.project() + "/formation-briefs", world.compileBody(intent))
                .expect(201)
                .json();
        JsonNode waiting = World.requestAs(eve, brief, "").expect(201).json();
        List<String> pages = new ArrayList<>(List.of("/", "/runs", "/runs?person=%3Ci%3Eeve%3C%2Fi%3E"));
        pages.add("/runs/" + waiting.path("id").asString());
        pages.add("/runs/" + waiting.path("id").asString() + "/approve");
        try (Browser browser = Browser.signedIn(port, world.token("<b>ada</b>", "\"view\",\"approve_dry_run\"", ""))) {
            assertHarmless(browser, pages);
            assertThat(browser.get("/runs/" + waiting.path("id").asString() + "/approve")
                            .asNormalizedText())
                    .contains("<script>alert(1)</script>", "<i>eve</i>", "<b>ada</b>");

            eve.post(
                            "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                            "{\"scope\":\"dry_run\",\"repo_revision\":\"" + World.REVISION
                                    + "\",\"comment\":\"<script>alert(3)</script>\"}")
                    .expect(201);
            RunnerClient.Lease lease = world.firstRunner().start(waiting);
            ObjectNode result = World.result(waiting);
            ((ObjectNode) result.path("summary")).withArray("threats_observed").add(HOSTILE);
            ((ObjectNode) result.path("summary"))
                    .withArray("follow_up_questions")
                    .add(HOSTILE);
            lease.post("completed", result).expect(200);
            lease.post("completed", result.put("retry_count", 7));

            List<String> ended = new ArrayList<>(pages);
            ConsolePages.read(mapping)
                    .flatMap(page -> page
                            .paths(
                                    waiting.path("id").asString(),
                                    brief.path("id").asString())
                            .stream())
                    .forEach(ended::add);
            ended.add("/search?q=" + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8));
            assertHarmless(browser, ended);
            assertThat(browser.get("/briefs/" + brief.path("id").asString()).asNormalizedText())
                    .contains("<script>alert(1)</script>", "Keep <script>");
        }
    }

    /** Where somebody says that proof can be found is for people to read and to copy, and for nobody to click. */
    @Test
    void addressesOfOthersAreText() {
        World world = World.on(port);
        JsonNode run = world.startedRun().complete();
        String path = "/runs/" + run.path("run_request_id").asString() + "/evidence";
        JsonNode item = world.admin()
                .get("/api/run-requests/" + run.path("run_request_id").asString() + "/evidence")
                .json()
                .at("/items/0");
        String named = "https://elsewhere.example/proof?a=\\\"><b>&x=javascript:alert(1)";
        world.admin()
                .post(
                        "/api/run-requests/" + run.path("run_request_id").asString() + "/evidence-observations",
                        """
                        {"schema_version":"alloy.evidence_observation.v1","evidence_definition_id":"%s","status":"satisfied",
                         "notes":"Looked at <i>it</i>","supporting_artifacts":["%s","repo://a","repo://b","repo://c","repo://d","repo://e","repo://f"]}""".formatted(item.path("evidence_definition_id").asString(), named))
                .expect(201);
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            HtmlPage page = browser.get(path);
            assertThat(page.asNormalizedText())
                    .contains("https://elsewhere.example/proof", "Looked at <i>it</i>", "and 2 more")
                    .doesNotContain("repo://f");
            assertThat(
                            page.<org.htmlunit.html.DomElement>getByXPath(
                                    "//*[contains(@href, 'elsewhere') or contains(@src, 'elsewhere') or contains(@action, 'elsewhere')] | //main//b[contains(., 'javascript')]"))
                    .isEmpty();
            assertThat(page.<org.htmlunit.html.DomElement>getByXPath(
                            "//button[starts-with(@data-copy, 'https://elsewhere.example/proof')]"))
                    .hasSize(1);
        }
    }

    private static void assertHarmless(Browser browser, List<String> paths) {
        for (String path : paths) {
            HtmlPage page = browser.get(path);
            assertThat(page.getWebResponse().getStatusCode()).as(path).isEqualTo(200);
            assertThat(page.getWebResponse().getContentAsString())
                    .as(path)
                    .doesNotContain("<script>alert", "<img src=x", "<i>eve", "<b>ada")
                    .doesNotContain("javascript:", "data:text");
            assertThat(page.<org.htmlunit.html.DomElement>getByXPath("//script[not(@src)] | //img | //*[@onerror]"))
                    .as(path)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/runs?state=nothing",
                "/runs?state=failed&state=done",
                "/runs?since=yesterday",
                "/runs?limit=100000",
                "/runs?cursor=AAAA",
                "/runs?throttle=%3Cscript%3E",
                "/runs?branch=%00",
                "/runs?q=1",
                "/search?q=%0Aa",
                "/search?q=%ff",
                "/briefs/x?against=y&against=z"
            })
    void aHostileQueryIsAPageThatSaysSo(String path) {
        World world = World.on(port);
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            Api.Answer answer = browser.raw().get(path);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
            assertThat(answer.text()).contains("invalid-", "<main").doesNotContain("<script>alert", "Exception");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alloy_pat_01ARZ3NDEKTSV4RRFFQ69G5FAV_abcdef",
                "Bearer abcdef",
                "see alloy_rnr_01ARZ3NDEKTSV4RRFFQ69G5FAV_x",
                "Authorization: Basic x",
                "-----BEGIN PRIVATE KEY-----"
            })
    void aCredentialIsNotLookedFor(String words) {
        World world = World.on(port);
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            Api.Answer answer = browser.raw().get("/search?q=" + URLEncoder.encode(words, StandardCharsets.UTF_8));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("looks like a credential").doesNotContain(words);
        }
    }

    @Test
    void aSearchFindsByWhateverStandsOnAScreen() {
        World world = World.on(port);
        JsonNode run = world.queuedRun(World.intent("Found in " + world.project()));
        Map<String, String> words = Map.of(
                run.path("id").asString(),
                run.path("id").asString(),
                run.path("formation_brief_id").asString(),
                run.path("formation_brief_id").asString(),
                run.path("brief_digest").asString(),
                run.path("formation_brief_id").asString(),
                run.path("brief_digest").asString().substring(7),
                run.path("formation_brief_id").asString(),
                "alloy/checkout-payment",
                run.path("formation_brief_id").asString(),
                World.REVISION,
                run.path("formation_brief_id").asString());
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            words.forEach((typed, found) -> assertThat(
                            Browser.links(browser.get("/search?q=" + URLEncoder.encode(typed, StandardCharsets.UTF_8))))
                    .as(typed)
                    .anyMatch(link -> link.endsWith(found)));
            assertThat(browser.get("/search?q=nothing-of-this-name").asNormalizedText())
                    .contains("Nothing within your reach");
        }
    }
}
