package dev.alloy.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Browser;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TraceFile;
import dev.alloy.testing.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the list of runs, the page of a run and the inbox tell. */
@AlloyTest
class RunPageScenarioTests {

    @LocalServerPort
    private int port;

    @Test
    void aRunThatWaitsSaysWhyAndWhatWouldChangeThat() {
        World world = World.on(port);
        JsonNode waiting = world.request(world.brief());
        JsonNode queued = world.queuedRun(World.intent("Another " + world.project()));
        world.change(world.firstRunner(), "{\"status\":\"draining\"}");
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            HtmlPage page = browser.get("/runs/" + waiting.path("id").asString());
            assertThat(heading(page)).startsWith("Waiting for ").contains(": ");
            assertThat(page.asNormalizedText()).contains("awaiting approval", "Review and decide");
            assertThat(step(page)).as("it is not approved").isEqualTo("Approval");

            HtmlPage inQueue = browser.get("/runs/" + queued.path("id").asString() + "/why");
            assertThat(inQueue.asNormalizedText())
                    .contains("see what each runner lacks", "draining", "runner-1", "Each runner");
            assertThat(step(inQueue)).isEqualTo("Queued");
            assertThat(inQueue.getWebResponse().getContentAsString())
                    .contains("/api/run-requests/" + queued.path("id").asString() + "/dispatch-explanation");
        }
    }

    @Test
    void everyPartOfARunThatHasEndedIsThere() {
        FullWorld world = FullWorld.shared(port);
        String run = "/runs/" + world.id("run-requests");
        Map<String, List<String>> parts = Map.of(
                "", List.of("What happened", "What needs a person"),
                "/evidence", List.of("Capabilities", "rules-tested-without-ui", "report"),
                "/gates", List.of("vendor_import_boundary", "tests", "failing"),
                "/trace",
                        List.of(
                                "foundry.process_result",
                                "believed",
                                "Run Verify Gates",
                                "ran, 1 ms from +0 ms",
                                "simulated, 1 ms from +0 ms",
                                "7 ms"),
                "/result", List.of("The result claims", "The account says", "revision before", "brief_digest"),
                "/late-reports", List.of("This run has no late or conflicting reports"),
                "/audit", List.of("approved by", "evidence missing", "root event"),
                "/attestation", List.of("evidence-summary", "openssl", "Download all of them"),
                "/events", List.of("executing", "runner"));
        try (Browser browser = Browser.signedIn(port, world.world().token("reader-of-all", "\"view\"", ""))) {
            parts.forEach((part, words) -> {
                HtmlPage page = browser.get(run + part);
                assertThat(page.getWebResponse().getStatusCode()).as(part).isEqualTo(200);
                assertThat(page.asNormalizedText()).as(part).contains(words);
                assertThat(page.getWebResponse().getContentAsString()).as(part).doesNotContain("data-live=");
            });
            assertThat(browser.get(run + "/nothing").getWebResponse().getStatusCode())
                    .isEqualTo(404);
            assertThat(browser.get(run).asNormalizedText()).contains("completed with findings");
        }
    }

    @Test
    void theAttestationIsAFile() {
        FullWorld world = FullWorld.shared(port);
        String run = world.id("run-requests");
        try (Browser browser = Browser.signedIn(port, world.world().token("reader-of-files", "\"view\"", ""))) {
            Api.Answer file =
                    browser.raw().get("/runs/" + run + "/attestation.jsonl").expect(200);
            assertThat(file.header("Content-Type")).isEqualTo("application/jsonl");
            assertThat(file.header("Content-Disposition"))
                    .isEqualTo("attachment; filename=\"" + run + ".attestation.jsonl\"");
            Api.Answer api = world.world()
                    .admin()
                    .with("Accept", "application/jsonl")
                    .get("/api/run-requests/" + run + "/attestation")
                    .expect(200);
            assertThat(file.text().lines().count())
                    .isEqualTo(api.text().lines().count())
                    .isPositive();
            assertThat(file.text()).contains("\"payloadType\":\"application/vnd.in-toto+json\"");
            World waiting = World.on(port);
            JsonNode open = waiting.queuedRun();
            try (Browser other = Browser.signedIn(port, waiting.token("ada", "\"view\"", ""))) {
                Api.Answer early = other.raw().get("/runs/" + id(open) + "/attestation.jsonl");
                assertThat(early.status()).isEqualTo(409);
                assertThat(early.text()).contains("run-not-ended");
            }
        }
    }

    @Test
    void aLongTraceIsCutAndSaysSo() {
        World world = World.on(port);
        World.Started started = world.startedRun();
        TraceFile file = TraceFile.ofDryRun(null, world.project());
        for (int i = 0; i < 120; i++) {
            file.block("Block <i>" + i, i % 2 == 0, "p: done");
        }
        world.admin()
                .post(
                        "/api/run-requests/" + id(started.run()) + "/traces?trace_format=foundry.process_result",
                        file.text())
                .expect(201);
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            HtmlPage page = browser.get("/runs/" + id(started.run()) + "/trace");
            assertThat(page.asNormalizedText())
                    .contains("only its first 100 blocks are drawn", "Block <i>3", "failed, 1 ms from +0 ms");
            assertThat(page.<DomElement>getByXPath("//table[contains(@class, 'spans')]//tr"))
                    .hasSize(100);
            assertThat(page.getWebResponse().getContentAsString().length()).isLessThan(100_000);
        }
    }

    /** Of a file that is not the run's own nothing is shown in the colours of what happened. */
    @Test
    void whatIsNotBelievedIsNotGreen() {
        World world = World.on(port);
        World.Started started = world.startedRun();
        started.complete();
        world.admin()
                .post(
                        "/api/run-requests/" + id(started.run()) + "/traces?trace_format=foundry.process_result",
                        TraceFile.ofDryRun(null, "another-project").text())
                .expect(201);
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            HtmlPage page = browser.get("/runs/" + id(started.run()) + "/trace");
            assertThat(page.asNormalizedText()).contains("not believed", "claimed: ran", "claimed: passed");
            assertThat(page.<DomElement>getByXPath(
                            "//section[@class='card']//*[contains(@class, 'good') or contains(@class, 't-good')]"))
                    .isEmpty();
        }
    }

    /** However much a runner tells: a page stays a page, and says what it leaves out. */
    @Test
    void whatIsLongIsCutAndSaysSo() throws IOException {
        World world = World.on(port);
        World.Started started = world.startedRun();
        Random random = new Random(7);
        String events = IntStream.rangeClosed(1, 200)
                .mapToObj(i ->
                        "{\"sequence\":%d,\"type\":\"noise\",\"occurred_at\":\"2026-06-06T10:06:00Z\",\"payload\":{\"x\":\"%s\"}}"
                                .formatted(i, noise(random, 2_000)))
                .collect(Collectors.joining(","));
        started.lease().post("events", "{\"events\":[" + events + "]}").expect(200);
        started.complete();
        for (int i = 0; i < 12; i++) {
            started.lease()
                    .post("completed", World.result(started.run()).put("note_of_this_runner", noise(random, 20_000)));
        }
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            for (String part : List.of("events", "late-reports")) {
                HtmlPage page = browser.get("/runs/" + id(started.run()) + "/" + part);
                assertThat(page.asNormalizedText())
                        .as(part)
                        .contains("Only the newest ", " are here. The API has all of them.");
                assertThat(onTheWire(page)).as(part).isLessThan(100_000);
            }
        }
    }

    private static String noise(Random random, int length) {
        return random.ints(length, 'a', 'z').mapToObj(Character::toString).collect(Collectors.joining());
    }

    private static int onTheWire(HtmlPage page) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var packed = new GZIPOutputStream(bytes)) {
            packed.write(page.getWebResponse().getContentAsString().getBytes(StandardCharsets.UTF_8));
        }
        return bytes.size();
    }

    @Test
    void aBriefIsComparedWithTheOneThatIsNamed() {
        World world = World.on(port);
        String one = world.brief().path("id").asString();
        String other = world.brief(World.intent("Another " + world.project()))
                .path("id")
                .asString();
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            assertThat(browser.get("/briefs/" + one + "?against=" + other).asNormalizedText())
                    .contains("mission.objective", "Another " + world.project());
            assertThat(browser.get("/briefs/" + one + "?against=" + one).asNormalizedText())
                    .contains("Nothing differs");
            assertThat(browser.get("/briefs/" + one + "?against=").asNormalizedText())
                    .as("nothing was named")
                    .doesNotContain("Nothing differs");
            assertThat(browser.get("/briefs/" + one + "?against=brief_nothing")
                            .getWebResponse()
                            .getStatusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void whatMustNotBeOverlookedIsMarked() {
        World world = World.on(port);
        JsonNode run = world.queuedRun(World.intent("Played " + world.project()));
        RunnerClient.Lease lease = world.firstRunner().start(run);
        ObjectNode result = World.result(run);
        result.put("simulated", true);
        lease.post("completed", result).expect(200);
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            HtmlPage page = browser.get("/runs/" + run.path("id").asString());

            assertThat(marks(page)).contains("simulated");
            for (String path :
                    List.of("/runs", "/", "/search?q=" + run.path("id").asString())) {
                assertThat(marks(browser.get(path))).as(path).contains("simulated");
            }
        }
        World told = World.on(port);
        JsonNode alone = told.completedRun();
        try (Browser browser = Browser.signedIn(port, told.token("ada", "\"view\"", ""))) {
            assertThat(marks(browser.get("/runs/" + alone.path("run_request_id").asString())))
                    .contains("on the runner's word alone");
        }
    }

    @Test
    void theListIsWhatItsAddressSays() {
        World world = World.on(port);
        JsonNode waiting = world.request(world.brief());
        JsonNode queued = world.queuedRun(World.intent("Queued " + world.project()));
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            assertThat(rows(browser.get("/runs"))).containsExactly(id(queued), id(waiting));
            assertThat(rows(browser.get("/runs?state=queued"))).containsExactly(id(queued));
            assertThat(rows(browser.get("/runs?state=awaiting_approval&project=" + world.project())))
                    .containsExactly(id(waiting));
            assertThat(rows(browser.get("/runs?person=nobody"))).isEmpty();
            assertThat(rows(browser.get(
                            "/runs?brief=" + queued.path("formation_brief_id").asString())))
                    .containsExactly(id(queued));
            assertThat(rows(browser.get("/runs?branch=alloy%2Fcheckout-payment&effect=read_only&throttle=dry_run")))
                    .hasSize(2);

            HtmlPage narrowed = browser.get("/runs?project=" + world.project() + "&throttle=full");
            assertThat(rows(narrowed)).isEmpty();
            assertThat(Browser.links(narrowed))
                    .as("each filter can be taken away alone")
                    .contains("/runs?throttle=full", "/runs?project=" + world.project());
            assertThat(browser.get("/runs")
                            .<DomElement>getFirstByXPath("//a[@class='chip' and starts-with(., 'Queued')]")
                            .asNormalizedText())
                    .isEqualTo("Queued 1");

            HtmlPage first = browser.get("/runs?limit=1");
            assertThat(rows(first)).containsExactly(id(queued));
            String older = Browser.links(first).stream()
                    .filter(link -> link.contains("cursor="))
                    .findFirst()
                    .orElseThrow();
            assertThat(rows(browser.get(older))).contains(id(waiting)).doesNotContain(id(queued));

            HtmlPage second =
                    browser.get(Browser.links(browser.get("/runs?limit=1&project=" + world.project())).stream()
                            .filter(link -> link.contains("cursor="))
                            .findFirst()
                            .orElseThrow());
            assertThat(Browser.links(second))
                    .as("back to where it was narrowed")
                    .contains("/runs?project=" + world.project());
            assertThat(second.<DomElement>getFirstByXPath("//pre").getTextContent())
                    .endsWith("/api/run-requests?project_id=" + world.project() + "'");
            assertThat(browser.get("/runs?state=queued&branch=a'%3Bb")
                            .<DomElement>getFirstByXPath("//pre")
                            .getTextContent())
                    .contains("?branch=a%27%3Bb&status=queued'", "?branch=a%27%3Bb&status=offered'");
            assertThat(browser.get("/runs?event=x").<DomElement>getByXPath("//pre"))
                    .as("no call lists by it")
                    .isEmpty();
        }
    }

    @Test
    void theInboxHasWhatIsMineAboveWhatWaitsForOthers() {
        World world = World.on(port);
        JsonNode first = world.request(world.brief(World.intent("First " + world.project())));
        JsonNode second = world.request(world.brief(World.intent("Second " + world.project())));
        try (Browser reviewer = Browser.signedIn(port, world.token("rob", "\"view\",\"approve_dry_run\"", ""));
                Browser reader = Browser.signedIn(port, world.token("eve", "\"view\"", ""))) {
            HtmlPage mine = reviewer.get("/");
            assertThat(Browser.links(mine))
                    .containsSubsequence("/runs/" + id(first) + "/approve", "/runs/" + id(second) + "/approve");
            assertThat(mine.asNormalizedText()).contains("Decide").doesNotContain("Waits for others");

            HtmlPage others = reader.get("/");
            assertThat(others.asNormalizedText())
                    .contains("Nothing waits for you", "Waits for others", "requires the authority approve_dry_run")
                    .doesNotContain("Decide");
        }
    }

    private static String id(JsonNode run) {
        return run.path("id").asString();
    }

    private static String heading(HtmlPage page) {
        return page.<DomElement>getFirstByXPath("//h1").asNormalizedText();
    }

    private static String step(HtmlPage page) {
        return page.<DomElement>getFirstByXPath("//li[@aria-current='step']/b").asNormalizedText();
    }

    private static List<String> marks(HtmlPage page) {
        return page.<DomElement>getByXPath("//span[contains(@class, 'mark')]").stream()
                .map(DomElement::asNormalizedText)
                .toList();
    }

    private static List<String> rows(HtmlPage page) {
        return page.<DomElement>getByXPath("//a[@class='run']").stream()
                .map(DomElement::asNormalizedText)
                .toList();
    }
}
