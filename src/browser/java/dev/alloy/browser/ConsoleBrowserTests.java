package dev.alloy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TraceFile;
import dev.alloy.testing.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The story of a run as people see it: one asks, another approves, both watch it. Nothing breaks the content policy, axe finds nothing, and
 * the pictures in the documentation are made anew with {@code -Dalloy.pictures.write=true}.
 */
@AlloyTest
class ConsoleBrowserTests {

    private static final Path PICTURES = Path.of("docs/images");
    /** The pictures that the documentation shows; all others are to be looked at in target/browser. */
    private static final Set<String> SHOWN =
            Set.of("inbox-1280-light", "run-evidence", "run-approve-390-light", "run-approve-1280-dark");

    private static final int WIDE = 1280;
    private static final int NARROW = 390;

    private static Playwright playwright;
    private static Browser chromium;

    @LocalServerPort
    private int port;

    private final List<String> complaints = new ArrayList<>();

    @BeforeAll
    static void start() {
        playwright = Chromium.driver();
        chromium = Chromium.launch(playwright);
    }

    @AfterAll
    static void stop() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @Test
    void oneAsksAnotherApprovesAndBothWatch() {
        World world = World.on(port);
        Api ada = world.person("ada", "\"view\",\"compile_briefs\"");
        world.approve(world.brief());
        JsonNode brief = ada.post(
                        "/api/projects/" + world.project() + "/formation-briefs",
                        world.compileBody(World.intent("Let a customer pay for a checkout with a card or an invoice.")))
                .expect(201)
                .json();
        JsonNode run = World.requestAs(ada, brief, "").expect(201).json();
        JsonNode rob = world.token("rob", "\"view\",\"approve_dry_run\"", "");

        Page page = signedIn(rob, WIDE, ColorScheme.LIGHT);
        assertThat(page.title()).isEqualTo("Inbox – Alloy");
        look(page, "inbox");
        page.getByText("Decide").first().click();
        look(page, "approve");
        page.locator("button", new Page.LocatorOptions().setHasText("Approve dry run"))
                .click();
        page.waitForURL(Pattern.compile(".*/runs/runreq_[0-9A-Z]+$"));
        look(page, "run-queued");

        RunnerClient.Lease lease = world.firstRunner().start(run);
        page.getByText("executing").first().waitFor();
        page.getByText("Following").waitFor();
        ObjectNode result = World.result(run);
        lease.post("completed", result).expect(200);
        page.getByText("What needs a person").waitFor();
        world.runnerApi()
                .post(
                        RunnerClient.path(run) + "/traces?trace_format=foundry.process_result",
                        TraceFile.ofDryRun(null, world.project()).text());
        look(page, "run-report");
        page.getByText("Evidence", new Page.GetByTextOptions().setExact(true))
                .first()
                .click();
        look(page, "run-evidence");
        String address = "/runs/" + run.path("id").asString();
        for (String part :
                List.of("why", "gates", "trace", "result", "late-reports", "audit", "attestation", "events")) {
            page.navigate(url(address + "/" + part));
            look(page, "run-" + part);
        }
        page.navigate(url("/briefs/" + brief.path("id").asString()));
        look(page, "brief");
        page.navigate(url("/runs"));
        look(page, "runs");
        page.keyboard().press("g");
        page.keyboard().press("i");
        page.waitForURL(url("/"));

        JsonNode next = World.requestAs(ada, world.brief(World.intent("Let a customer pay later.")), "")
                .expect(201)
                .json();
        String decide = "/runs/" + next.path("id").asString() + "/approve";
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(WIDE, NARROW)) {
                String suffix = "-" + width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT);
                Page other = signedIn(rob, width, scheme);
                for (String path : List.of("/", "/runs", address, decide, "/sign-out")) {
                    other.navigate(url(path));
                    look(other, name(path, address, decide) + suffix);
                    assertThat((Boolean) other.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                            .as(path + " fits into " + width)
                            .isTrue();
                }
            }
        }
        Page narrow = signedIn(rob, NARROW, ColorScheme.LIGHT);
        for (String path : List.of(
                address + "/why",
                address + "/evidence",
                address + "/gates",
                address + "/trace",
                address + "/result",
                address + "/late-reports",
                address + "/audit",
                address + "/report",
                address + "/attestation",
                address + "/events",
                "/briefs/" + brief.path("id").asString(),
                "/briefs/" + brief.path("id").asString() + "?against="
                        + world.brief().path("id").asString(),
                "/search?q=" + run.path("id").asString(),
                "/search?q=" + brief.path("digest").asString(),
                "/runs?state=failed&branch=" + "a".repeat(200),
                "/runs/runreq_nothing")) {
            narrow.navigate(url(path));
            look(narrow, "narrow-" + path.replaceAll("[^a-z]+", "-"));
            assertThat((Boolean) narrow.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .as(path + " fits into " + NARROW)
                    .isTrue();
        }
        // The browser says itself that a page was not there.
        complaints.removeIf(complaint -> complaint.contains("runreq_nothing: Failed to load resource"));
        assertThat(complaints).isEmpty();
    }

    /** Where no stream can be had the page asks, and a service that is busy for a moment does not end that. */
    @Test
    void aPageWithoutAStreamAsks() {
        World world = World.on(port);
        JsonNode run = world.queuedRun(World.intent("Asked for " + world.project()));
        JsonNode token = world.token("ada", "\"view\"", "");
        Page page = signedIn(token, WIDE, ColorScheme.LIGHT);
        page.route(
                Pattern.compile(".*/events\\?after=.*"),
                route -> route.fulfill(new Route.FulfillOptions().setStatus(503)));
        AtomicInteger busy = new AtomicInteger();
        page.route(url("/runs/" + run.path("id").asString()), route -> {
            boolean byItself = route.request().headers().containsKey("alloy-by-itself");
            if (byItself && busy.getAndIncrement() == 0) {
                route.fulfill(new Route.FulfillOptions()
                        .setStatus(503)
                        .setContentType("text/html")
                        .setBody("<main id=main>The service is busy</main>"));
            } else {
                route.resume();
            }
        });
        page.navigate(url("/runs/" + run.path("id").asString()));
        page.getByText("Checking every few seconds").waitFor();

        world.firstRunner().start(run);

        page.locator(".run-head").getByText("executing").waitFor();
        assertThat(busy.get())
                .as("the first answer said only that the service is busy")
                .isGreaterThan(1);
        assertThat(page.content()).doesNotContain("The service is busy");
        world.admin()
                .delete("/api/access-tokens/" + token.path("id").asString())
                .expect(204);
        page.waitForURL(Pattern.compile(".*/sign-in\\?next=.*"));
    }

    private static String name(String path, String run, String decide) {
        return path.equals("/")
                ? "inbox"
                : path.replace(decide, "run-approve").replace(run, "run").replace("/", "");
    }

    private String url(String path) {
        return "http://localhost:" + port + path;
    }

    private Page signedIn(JsonNode token, int width, ColorScheme scheme) {
        BrowserContext context = chromium.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, width == NARROW ? 844 : 800)
                .setColorScheme(scheme));
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(page.url() + ": " + message.text());
            }
        });
        page.onPageError(error -> complaints.add(page.url() + ": " + error));
        page.navigate(url("/"));
        assertThat(page.url()).contains("/sign-in");
        look(page, "sign-in-" + width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
        page.fill("#token", token.path("token").asString());
        page.keyboard().press("Enter");
        page.waitForURL(url("/"));
        return page;
    }

    /** What axe finds is a complaint; the picture is kept where it is asked for. */
    private void look(Page page, String name) {
        for (Rule rule : new AxeBuilder(page).analyze().getViolations()) {
            complaints.add(name + ": " + rule.getId() + ": "
                    + rule.getNodes().stream()
                            .map(node -> node.getHtml())
                            .limit(3)
                            .toList());
        }
        Path directory = Boolean.getBoolean("alloy.pictures.write") && SHOWN.contains(name)
                ? PICTURES
                : Path.of("target/browser");
        page.screenshot(new Page.ScreenshotOptions().setPath(directory.resolve("console-" + name + ".png")));
    }
}
