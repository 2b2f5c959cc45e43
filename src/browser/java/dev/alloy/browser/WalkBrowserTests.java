package dev.alloy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.alloy.AlloyApplication;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What docs/walk.md says under “Browser”, step by step, with the calls beside it; its commands are run by {@code WalkScenarioTests}. */
@AlloyTest
class WalkBrowserTests {

    private static Playwright playwright;
    private static Browser chromium;

    @LocalServerPort
    private int port;

    @TempDir
    private Path directory;

    private final List<String> complaints = new ArrayList<>();

    @BeforeAll
    static void start() {
        playwright = Chromium.driver();
        chromium = Chromium.launch(playwright);
        // A page follows as fast as the machine lets it.
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    }

    @AfterAll
    static void stop() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @Test
    void theWalkCanBeClicked() throws Exception {
        World world = World.on(port);
        JsonNode adasToken = world.token("ada", "\"view\",\"compile_briefs\"", "");
        Api api = world.admin().as(adasToken.path("token").asString());
        Page ada = signedIn(adasToken);
        Page rob = signedIn(world.token("rob", "\"view\",\"approve_dry_run\"", ""));
        for (Page inbox : List.of(ada, rob)) {
            assertThat(main(inbox)).containsText("Nothing waits for you.");
            assertThat(inbox.locator("ul.inbox")).hasCount(0);
        }

        JsonNode brief = compiled(world, api, "Show the delivery date on the order page.");
        theBriefIsThere(ada, brief);

        JsonNode run = World.requestAs(api, brief, "").expect(201).json();
        ada.getByRole(AriaRole.LINK, named("Runs").setExact(true)).click();
        ada.locator("a.run").click();
        tab(ada, "Why");
        assertThat(main(ada)).containsText("awaiting-approval");
        ada.getByRole(AriaRole.LINK, named("Review and decide")).click();
        assertThat(main(ada)).containsText("You cannot approve this.");
        assertThat(main(ada)).containsText("approve_dry_run");
        assertThat(ada.getByRole(AriaRole.BUTTON, named("Approve"))).hasCount(0);

        ada.navigate(url("/runs/" + run.path("id").asString()));
        ada.evaluate("window.walk = 1");
        declined(rob);
        assertThat(ada.locator(".run-head")).containsText("cancelled");
        assertThat(main(ada)).containsText("Say that it is an estimate.");
        assertThat(ada.evaluate("window.walk")).as("followed without a reload").isEqualTo(1);

        JsonNode next = compiled(world, api, "Show the estimated delivery date on the order page.");
        run = World.requestAs(api, next, "").expect(201).json();
        ada.navigate(url("/runs/" + run.path("id").asString()));
        ada.evaluate("window.walk = 1");
        approved(rob, run);
        assertThat(ada.locator(".run-head")).containsText("queued");
        bridge(world);
        assertThat(ada.locator(".run-head")).containsText("completed");
        assertThat(ada.locator(".run-head")).containsText("simulated");
        assertThat(ada.evaluate("window.walk")).as("followed without a reload").isEqualTo(1);

        theRecordIsThere(ada, api, run);
        assertThat(complaints).isEmpty();
    }

    private JsonNode compiled(World world, Api api, String objective) {
        return api.post(
                        "/api/projects/" + world.project() + "/formation-briefs",
                        world.compileBody(World.intent(objective)))
                .expect(201)
                .json();
    }

    private void theBriefIsThere(Page ada, JsonNode brief) {
        ada.navigate(url("/briefs/" + brief.path("id").asString()));
        assertThat(ada.locator("h1")).containsText("Show the delivery date on the order page.");
        for (String part : List.of("Intent", "How it was compiled", "Gates", "Prompts")) {
            assertThat(ada.getByRole(
                            AriaRole.HEADING,
                            new Page.GetByRoleOptions().setName(part).setExact(true)))
                    .isVisible();
        }
    }

    private void declined(Page rob) {
        rob.navigate(url("/"));
        assertThat(rob.locator("ul.inbox > li")).hasCount(1);
        rob.getByRole(AriaRole.LINK, named("Decide")).click();
        assertThat(rob.locator("h1")).isVisible();
        assertThat(rob.getByRole(AriaRole.HEADING, named("What is new"))).isVisible();
        rob.getByText("Decline it").click();
        rob.fill("[name=reason]", "A date alone misleads. Say that it is an estimate.");
        rob.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Decline").setExact(true))
                .click();
        rob.waitForURL(Pattern.compile(".*/runs/runreq_[0-9A-Z]+$"));
    }

    private void approved(Page rob, JsonNode run) {
        rob.navigate(url("/"));
        rob.getByRole(AriaRole.LINK, named("Decide")).click();
        assertThat(rob.locator(".approve"))
                .containsText(run.path("brief_digest").asString().substring(0, 19));
        rob.getByRole(AriaRole.BUTTON, named("Approve dry run")).click();
        rob.waitForURL(Pattern.compile(".*/runs/runreq_[0-9A-Z]+$"));
    }

    private void theRecordIsThere(Page ada, Api api, JsonNode run) {
        tab(ada, "Evidence");
        assertThat(main(ada)).containsText("simulated");
        tab(ada, "Gates");
        assertThat(main(ada)).containsText("On whose word");
        tab(ada, "Audit");
        assertThat(main(ada)).containsText("Exactly what was approved?");
        tab(ada, "Attestation");
        JsonNode envelope =
                api.get(RunnerClient.path(run) + "/attestation").expect(200).json();
        assertThat(ada.content()).contains(envelope.at("/signatures/0/sig").asString());
        assertThat(main(ada)).containsText("openssl pkeyutl -verify");
    }

    /** The runner of the same jar, which there is none of yet when tests run. */
    private void bridge(World world) throws IOException, InterruptedException {
        Path key = Files.createFile(
                directory.resolve("runner.key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, world.runnerKey());
        Path said = directory.resolve("bridge.txt");
        Process bridge = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AlloyApplication.class.getName(),
                        "bridge",
                        "run",
                        "--server",
                        "http://localhost:" + port,
                        "--key-file",
                        key.toString(),
                        "--workdir",
                        Files.createDirectory(directory.resolve("work")).toString(),
                        "--mode",
                        "simulated",
                        "--once")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(bridge.waitFor(120, TimeUnit.SECONDS))
                .as(Files.readString(said))
                .isTrue();
        assertThat(bridge.exitValue()).as(Files.readString(said)).isZero();
    }

    private static Locator main(Page page) {
        return page.locator("main");
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static void tab(Page page, String name) {
        page.locator("nav.tabs")
                .getByText(name, new Locator.GetByTextOptions().setExact(true))
                .click();
    }

    private String url(String path) {
        return "http://localhost:" + port + path;
    }

    private Page signedIn(JsonNode token) {
        Page page = chromium.newContext().newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(error -> complaints.add(page.url() + ": " + error));
        page.navigate(url("/"));
        page.fill("#token", token.path("token").asString());
        page.keyboard().press("Enter");
        page.waitForURL(url("/"));
        return page;
    }
}
