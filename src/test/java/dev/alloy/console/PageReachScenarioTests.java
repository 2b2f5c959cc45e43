package dev.alloy.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.access.Authority;
import dev.alloy.console.ConsolePages.Page;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Browser;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Who may look at and send what: for each page as for each call. */
@AlloyTest
class PageReachScenarioTests {

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private final List<String> wrong = new ArrayList<>();

    @Test
    void oneAuthorityAloneOpensWhatItSays() {
        FullWorld world = FullWorld.shared(port);
        List<Page> pages = ConsolePages.all(mapping);
        assertThat(pages).hasSizeGreaterThan(10);
        for (Authority authority : Authority.values()) {
            try (Browser browser = Browser.signedIn(
                    port,
                    world.world().token("page-" + authority.wireName(), "\"" + authority.wireName() + "\"", ""))) {
                for (Page page : pages) {
                    boolean may = page.access().open()
                            || page.access().anyone()
                            || Arrays.asList(page.access().authority()).contains(authority);
                    for (String path : page.paths(world)) {
                        // A form that says nothing is refused for that, by whoever may send it.
                        Api.Answer answer = page.method().equals("GET")
                                ? browser.raw().get(path)
                                : browser.post("/sign-out", path, Map.of("decision", decision(page)));
                        boolean refused =
                                answer.status() == 403 && answer.text().contains("authority-missing");
                        if (refused == may || answer.status() >= 500) {
                            wrong.add(page + " at " + path + " by " + authority + ": " + answer.status());
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aRefusalIsAuditedAndSaysWhichAuthorityIsMissing() {
        World world = World.on(port);
        var token = world.token("writer", "\"compile_briefs\"", "");
        try (Browser browser = Browser.signedIn(port, token)) {
            assertThat(browser.get("/runs").asNormalizedText()).contains("needs the authority 'view'");
            assertThat(Rows.audited("access.denied", token.path("id").asString()))
                    .isEqualTo(2);
        }
    }

    @Test
    void whatBelongsToOthersIsNotThere() {
        FullWorld mine = FullWorld.shared(port);
        World other = World.on(port);
        String all = Arrays.stream(Authority.values())
                .map(one -> "\"" + one.wireName() + "\"")
                .collect(Collectors.joining(","));
        var elsewhere = mine.world()
                .token(
                        "elsewhere",
                        "\"view\",\"approve_dry_run\"",
                        ",\"project_ids\":[\"" + otherProject(mine.world()) + "\"]");
        try (Browser stranger = Browser.signedIn(port, other.token("stranger", all, ""));
                Browser outside = Browser.signedIn(port, elsewhere)) {
            Map<String, String> before = Rows.of(mine.world().organization());
            for (Page page : ConsolePages.all(mapping)) {
                if (!page.isOfAnObject()) {
                    continue;
                }
                for (String path : page.paths(mine)) {
                    String nothing = path.replaceAll("[0-9A-Z](?=/|$)", "Z");
                    for (Browser browser : List.of(stranger, outside)) {
                        Api.Answer answer = call(browser, page, path);
                        Api.Answer absent = call(browser, page, nothing);
                        if (answer.status() != 404 || !withoutIds(answer.text()).equals(withoutIds(absent.text()))) {
                            wrong.add(page + " at " + path + ": " + answer.status());
                        }
                    }
                }
            }
            assertThat(wrong).isEmpty();
            for (String path :
                    List.of("/", "/runs", "/search?q=" + mine.id("run-requests"), "/search?q=" + World.REVISION)) {
                assertThat(stranger.get(path).asNormalizedText())
                        .as(path)
                        .doesNotContain(mine.world().project(), mine.id("formation-briefs"));
                assertThat(outside.get(path).asNormalizedText())
                        .as(path)
                        .doesNotContain(mine.world().project(), mine.id("formation-briefs"));
            }
            assertThat(Rows.of(mine.world().organization())).isEqualTo(before);
        }
    }

    private static String otherProject(World world) {
        return Objects.requireNonNull(world.admin()
                .post(
                        "/api/projects",
                        "{\"id\":\"other-%s\",\"organization_id\":\"%s\",\"name\":\"Another\"}"
                                .formatted(world.organization(), world.organization()))
                .expect(201)
                .json()
                .path("id")
                .asString());
    }

    private static Api.Answer call(Browser browser, Page page, String path) {
        if (page.method().equals("GET")) {
            Api api = browser.raw();
            return page.isStream() ? api.with("Accept", "text/event-stream").get(path) : api.get(path);
        }
        if (decision(page).equals("decline")) {
            return browser.post("/sign-out", path, Map.of("decision", "decline", "reason", "No"));
        }
        return browser.post(
                "/sign-out",
                path,
                Map.of(
                        "decision", "approve",
                        "brief_digest", "x",
                        "prompt_pack_digest", "x",
                        "overlay_digests", "x",
                        "revision", "x",
                        "branch", "x",
                        "scope", "dry_run",
                        "days", "1"));
    }

    /** A page's forms say which of its handlers they are for by the handler's own name. */
    private static String decision(Page page) {
        return page.handler().getMethod().getName();
    }

    private static String withoutIds(String text) {
        return text.replaceAll("[0-9a-f]{32,}|[0-9A-Za-z_-]{20,}", "");
    }

    /** Follows every link from the inbox on, as far as they lead: none is dead. */
    @Test
    void everyLinkLeadsSomewhere() {
        FullWorld world = FullWorld.shared(port);
        try (Browser browser = Browser.signedIn(port, world.world().token("walker", "\"view\"", ""))) {
            Set<String> seen = new LinkedHashSet<>();
            List<String> next = new ArrayList<>(List.of("/", "/runs/" + world.id("run-requests")));
            while (!next.isEmpty() && seen.size() < 80) {
                String path = next.remove(next.size() - 1);
                if (!seen.add(path)) {
                    continue;
                }
                if (Page.isFile(path)) {
                    browser.raw().get(path).expect(200);
                    continue;
                }
                HtmlPage page = browser.get(path);
                if (page.getWebResponse().getStatusCode() != 200) {
                    wrong.add(path + ": " + page.getWebResponse().getStatusCode());
                }
                if (page.getWebResponse().getContentAsString().length() > 100_000) {
                    wrong.add(path + " is larger than 100 kB");
                }
                Browser.links(page).stream()
                        .filter(link -> !seen.contains(link))
                        .forEach(next::add);
            }
            assertThat(wrong).isEmpty();
            assertThat(seen).hasSizeGreaterThan(20).contains("/briefs/" + world.id("formation-briefs"));
        }
    }
}
