package dev.alloy.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Browser;
import dev.alloy.testing.RawHttp;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.HtmlPage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Signing in and out, and what a session is good for. */
@AlloyTest
class SignInScenarioTests {

    private static final String FORM = "application/x-www-form-urlencoded";

    @LocalServerPort
    private int port;

    /** Scripts that call without naming HTML find what they always found. */
    @ParameterizedTest
    @CsvSource({
        "/,                */*,                             401, 404",
        "/runs,            */*,                             401, 404",
        "/runs,            application/json,                401, 404",
        "/runs,            ,                                401, 404",
        "/runs/run_x/why,  'text/*, */*',                   401, 404",
        "/runs,            'text/html;q=0, */*',            401, 404",
        "/runs,            nonsense,                        401, 404",
        "/sign-in,         */*,                             401, 404",
        "/search?q=a,      application/json,                401, 404",
        "/runs,            'text/html,*/*;q=0.8',           303, 303",
        "/runs,            'application/json, text/html',   303, 303",
    })
    void answersWithPagesOnlyWhereHtmlIsNamed(String path, @Nullable String accept, int nobody, int bearer) {
        Api api = accept == null ? Api.on(port) : Api.on(port).with("Accept", accept);

        assertThat(api.as(null).get(path).status()).isEqualTo(nobody);
        assertThat(api.get(path).status()).isEqualTo(bearer);
        if (nobody == 401) {
            assertThat(api.as(null).get(path).problem()).isEqualTo("unauthenticated");
            assertThat(api.get(path).problem()).isEqualTo("no-such-path");
        }
    }

    @Test
    void whoIsNotSignedInIsAskedToAndComesBack() {
        World world = World.on(port);
        try (Browser browser = Browser.on(port)) {
            Api.Answer sent =
                    browser.raw().get("/runs?state=failed&branch=a%2Fb").expect(303);
            String target = String.valueOf(sent.header("Location"));
            assertThat(target).startsWith("/sign-in?next=%2Fruns%3Fstate%3Dfailed");

            HtmlPage page = browser.signIn(
                    target, world.token("eve", "\"view\"", "").path("token").asString());

            assertThat(page.getUrl().getFile()).isEqualTo("/runs?state=failed&branch=a%2Fb");
            assertThat(page.asNormalizedText()).contains("eve", world.organization());
        }
    }

    /** The head of an answer has room for little; a path of nothing but slashes is three times as long when it is encoded. */
    @ParameterizedTest
    @CsvSource({"290, true", "301, false", "700, false", "1900, false", "3000, false"})
    void whoComesByALongPathIsAskedToSignInAsWell(int length, boolean comesBack) {
        String path = "/runs?state=" + "/".repeat(length - 12);
        try (Browser browser = Browser.on(port)) {
            String target = String.valueOf(browser.raw().get(path).expect(303).header("Location"));

            assertThat(target).startsWith(comesBack ? "/sign-in?next=%2Fruns%3Fstate%3D%2F%2F" : "/sign-in?next=%2F");
            assertThat(target.length()).isGreaterThan(comesBack ? 800 : 0).isLessThan(comesBack ? 1_000 : 20);
            assertThat(browser.get(target).getForms()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://elsewhere.example/",
                "//elsewhere.example/",
                "/\\elsewhere.example",
                "\\\\elsewhere.example",
                "javascript:alert(1)",
                "/runs\r\nX: y",
                "/ru ns",
                "",
                "data:text/html,x",
                "runs"
            })
    void nothingButAPathOfOursComesNext(String next) {
        World world = World.on(port);
        try (Browser browser = Browser.on(port)) {
            HtmlPage page = browser.get("/sign-in?next="
                    + java.net.URLEncoder.encode(next, StandardCharsets.UTF_8).replace("%0D%0A", "%0A"));
            if (page.getForms().isEmpty()) {
                assertThat(page.getWebResponse().getStatusCode()).isEqualTo(400);
                return;
            }
            assertThat(page.getForms().get(0).getInputByName("next").getValue()).isEqualTo("/");
            String token = world.token("ada", "\"view\"", "").path("token").asString();
            Api.Answer answer = browser.raw()
                    .with("Cookie", signInCookie(browser))
                    .send(
                            "POST",
                            "/sign-in",
                            Browser.encode(
                                            Map.of("token", token, "next", next.replaceAll("\\p{Cntrl}", "")),
                                            page.getForms()
                                                    .get(0)
                                                    .getInputByName("form_token")
                                                    .getValue())
                                    .getBytes(StandardCharsets.UTF_8),
                            FORM);
            assertThat(answer.status()).isEqualTo(303);
            assertThat(answer.header("Location")).isIn("/", "/runsX:%20y");
        }
    }

    private String signInCookie(Browser browser) {
        return browser.cookies().stream()
                .filter(cookie -> cookie.startsWith("alloy-sign-in="))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theCookieIsTheBrowsersAloneAndNewEachTime() {
        World world = World.on(port);
        String token = world.token("ada", "\"view\"", "").path("token").asString();
        try (Browser first = Browser.signedIn(port, token);
                Browser second = Browser.signedIn(port, token)) {
            assertThat(first.cookie()).isNotEqualTo(second.cookie()).startsWith("alloy=alloy_ses_");
            assertThat(first.cookie()).doesNotContain(token);
            assertThat(first.sessionId()).isNotEqualTo(second.sessionId());
            assertThat(first.get("/runs").getWebResponse().getContentAsString())
                    .doesNotContain(token)
                    .doesNotContain(String.valueOf(first.cookie()).substring(6));
        }
        Api.Answer signedIn = signInByHand(token, Map.of(), "");
        assertThat(signedIn.response().headers().allValues("Set-Cookie")).anySatisfy(cookie -> assertThat(cookie)
                .startsWith("alloy=alloy_ses_")
                .contains("HttpOnly", "SameSite=Lax", "Path=/")
                .doesNotContain("Secure", "Domain", "Max-Age"));
    }

    @Test
    void behindTlsTheCookieIsBoundToThisHostAndBrowsersAreToldToStayThere() {
        try (Replicas replicas = Replicas.start(1, Map.of("alloy.public-url", "https://alloy.example"))) {
            Api page = Api.on(replicas.port(0)).as(null).with("Accept", Browser.ACCEPT);
            Api.Answer form = page.get("/sign-in").expect(200);
            String tie = String.valueOf(form.header("Set-Cookie"));
            assertThat(tie).startsWith("__Host-alloy-sign-in=").contains("; Path=/", "; Secure", "HttpOnly");

            Api.Answer answer = page.with("Cookie", tie.split(";")[0])
                    .send(
                            "POST",
                            "/sign-in",
                            Browser.encode(
                                            Map.of("token", Api.BOOTSTRAP_TOKEN),
                                            Browser.formToken(form.text()).orElseThrow())
                                    .getBytes(StandardCharsets.UTF_8),
                            FORM)
                    .expect(303);

            assertThat(answer.response().headers().allValues("Set-Cookie")).anySatisfy(cookie -> assertThat(cookie)
                    .startsWith("__Host-alloy=alloy_ses_")
                    .contains("Path=/", "Secure", "HttpOnly", "SameSite=Lax")
                    .doesNotContain("Domain"));
            assertThat(Api.on(replicas.port(0)).get("/api/whoami").header("Strict-Transport-Security"))
                    .isEqualTo("max-age=31536000");
        }
    }

    @Test
    void theApiNeverReadsTheCookie() {
        World world = World.on(port);
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            Api cookieOnly = Api.on(port).as(null).with("Cookie", String.valueOf(browser.cookie()));

            for (String path : List.of("/api/whoami", "/api/run-requests", "/api/sessions", "/v3/nothing")) {
                assertThat(cookieOnly.get(path).status()).as(path).isEqualTo(401);
                assertThat(cookieOnly.with("Accept", Browser.ACCEPT).get(path).status())
                        .as(path)
                        .isEqualTo(401);
            }
            assertThat(Api.on(port)
                            .as(String.valueOf(browser.cookie()).substring("alloy=".length()))
                            .get("/api/whoami")
                            .status())
                    .as("the cookie's secret is no bearer token")
                    .isEqualTo(401);
        }
    }

    @Test
    void aSessionEndsInEveryWayAtOnce() {
        World world = World.on(port);
        JsonNode token = world.token("ada", "\"view\"", "");
        try (Browser out = Browser.signedIn(port, token);
                Browser ended = Browser.signedIn(port, token);
                Browser revoked = Browser.signedIn(port, token)) {
            Api ada = world.admin().as(token.path("token").asString());
            assertThat(ada.get("/api/sessions").json().path("items").findValuesAsString("id"))
                    .containsExactly(revoked.sessionId(), ended.sessionId(), out.sessionId());

            String cookie = String.valueOf(out.cookie());
            out.submit(out.get("/sign-out").getForms().stream()
                    .filter(form -> form.getActionAttribute().equals("/sign-out"))
                    .reduce((first, last) -> last)
                    .orElseThrow());
            assertSignedOut(cookie);

            ada.delete("/api/sessions/" + ended.sessionId()).expect(204);
            ada.delete("/api/sessions/" + ended.sessionId()).expect(204);
            assertSignedOut(String.valueOf(ended.cookie()));

            assertThat(revoked.raw().get("/runs").status()).isEqualTo(200);
            world.admin()
                    .delete("/api/access-tokens/" + token.path("id").asString())
                    .expect(204);
            assertSignedOut(String.valueOf(revoked.cookie()));
            assertThat(Rows.audited("session.ended", token.path("id").asString()))
                    .as("who signed out, and whose session was ended; not twice")
                    .isEqualTo(2);
        }
    }

    private void assertSignedOut(String cookie) {
        Api.Answer answer = Api.on(port)
                .as(null)
                .with("Accept", Browser.ACCEPT, "Cookie", cookie)
                .get("/runs");
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location")).startsWith("/sign-in");
    }

    @Test
    void aSessionEndsWithTime() {
        try (Replicas replicas = Replicas.start(
                2, Map.of("alloy.console.session-idle", "10m", "alloy.console.session-lifetime", "1h"))) {
            try (Browser browser = Browser.signedIn(replicas.port(0), Api.BOOTSTRAP_TOKEN)) {
                Api other = browser.raw().at(Api.on(replicas.port(1)));
                for (int i = 0; i < 6; i++) {
                    replicas.advance(540);
                    assertThat(other.get("/runs").status()).as("used in time").isEqualTo(200);
                }
                replicas.advance(400);
                assertThat(other.get("/runs").status()).as("an hour is over").isEqualTo(303);
            }
            try (Browser browser = Browser.signedIn(replicas.port(0), Api.BOOTSTRAP_TOKEN)) {
                replicas.advance(660);
                assertThat(browser.raw().get("/runs").status()).as("idle").isEqualTo(303);
                assertThat(Api.on(replicas.port(0)).get("/api/sessions").json().path("items"))
                        .isEmpty();
            }
            try (Browser browser = Browser.signedIn(replicas.port(0), Api.BOOTSTRAP_TOKEN)) {
                Api stream = Api.on(replicas.port(0))
                        .as(null)
                        .with("Accept", "text/event-stream", "Cookie", String.valueOf(browser.cookie()));
                Api redraw = browser.raw().with("Alloy-By-Itself", "redraw");
                for (int i = 0; i < 2; i++) {
                    replicas.advance(240);
                    assertThat(redraw.get("/runs").status()).isEqualTo(200);
                    assertThat(stream.get("/runs/runreq_unknown/events").status())
                            .isEqualTo(404);
                }
                replicas.advance(240);
                assertThat(redraw.get("/runs").status())
                        .as("a page that is left open is used by nobody")
                        .isEqualTo(303);
                assertThat(stream.get("/runs/runreq_unknown/events").status()).isEqualTo(401);
            }
        }
    }

    @Test
    void othersSessionsAreAnAdministrators() {
        World world = World.on(port);
        Api ada = world.admin()
                .as(world.token("ada", "\"view\"", "").path("token").asString());
        Api chief = world.person("chief", "\"view\",\"administer\"");
        Api stranger = World.on(port).person("stranger", "\"view\",\"administer\"");
        try (Browser browser = Browser.signedIn(port, world.token("bob", "\"view\"", ""))) {
            String path = "/api/sessions/" + browser.sessionId();

            assertThat(ada.get("/api/sessions").json().path("items")).isEmpty();
            assertThat(ada.delete(path).problem()).isEqualTo("not-found");
            assertThat(stranger.delete(path).problem()).isEqualTo("not-found");
            assertThat(browser.raw().get("/runs").status()).isEqualTo(200);
            assertThat(chief.get("/api/sessions").json().path("items").findValuesAsString("name"))
                    .contains("bob");
            chief.delete(path).expect(204);
            assertThat(browser.raw().get("/runs").status()).isEqualTo(303);
        }
    }

    @Test
    void aTokenThatIsNoneIsRefusedAndNotRepeated() {
        String dead = "alloy_pat_01ARZ3NDEKTSV4RRFFQ69G5FAV_" + "a".repeat(72);
        World world = World.on(port);
        for (String token : List.of(dead, "nothing", world.runnerKey(), " ", "x".repeat(400))) {
            Api.Answer answer = signInByHand(token, Map.of(), "");

            assertThat(answer.status()).as(token).isEqualTo(401);
            assertThat(answer.text()).contains("unknown, has expired or was revoked");
            if (token.length() > 1) {
                assertThat(answer.text()).doesNotContain(token);
            }
            assertThat(answer.response().headers().allValues("Set-Cookie"))
                    .noneMatch(cookie -> cookie.startsWith("alloy="));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alloy=",
                "alloy=nonsense",
                "alloy=alloy_ses_01ARZ3NDEKTSV4RRFFQ69G5FAV_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa00000000",
                "__Host-alloy=alloy_ses_x",
                "alloy=a; alloy=b"
            })
    void aForgedCookieOpensNothing(String cookie) {
        assertThat(Api.on(port)
                        .as(null)
                        .with("Accept", Browser.ACCEPT, "Cookie", cookie)
                        .get("/runs")
                        .status())
                .isEqualTo(303);
    }

    @Test
    void twoCookiesAreNone() {
        try (Browser browser = Browser.signedIn(port, Api.BOOTSTRAP_TOKEN)) {
            assertThat(Api.on(port)
                            .as(null)
                            .with("Accept", Browser.ACCEPT, "Cookie", browser.cookie() + "; alloy=other")
                            .get("/runs")
                            .status())
                    .isEqualTo(303);
        }
    }

    /** A form counts only from the page that was shown to this very session. */
    @Test
    void aFormFromElsewhereDoesNothing() {
        World world = World.on(port);
        JsonNode token = world.token("ada", "\"view\"", "");
        try (Browser mine = Browser.signedIn(port, token);
                Browser other = Browser.signedIn(port, token)) {
            String foreign =
                    Browser.formToken(other.raw().get("/sign-out").text()).orElseThrow();
            String own = Browser.formToken(mine.raw().get("/sign-out").text()).orElseThrow();
            for (String body : List.of("", "form_token=", "form_token=" + foreign, "form_token=" + own + "x")) {
                assertRefused(mine.raw().send("POST", "/sign-out", bytes(body), FORM), 403, "form-not-genuine");
            }
            assertRefused(
                    mine.raw()
                            .with("Sec-Fetch-Site", "cross-site")
                            .send("POST", "/sign-out", bytes("form_token=" + own), FORM),
                    403,
                    "form-not-genuine");
            assertRefused(
                    mine.raw().send("POST", "/sign-out?form_token=" + own, bytes(""), FORM), 403, "form-not-genuine");
            assertRefused(
                    mine.raw().send("POST", "/sign-out", bytes("form_token=" + own + "&form_token=" + own), FORM),
                    400,
                    "invalid-parameter");
            assertRefused(
                    mine.raw().send("POST", "/sign-out", bytes("form_token=%zz"), FORM), 400, "invalid-parameter");
            assertRefused(mine.raw().send("POST", "/sign-out", bytes("a=%ff"), FORM), 400, "invalid-parameter");
            assertRefused(
                    mine.raw().send("POST", "/sign-out", bytes("{}"), "application/json"),
                    415,
                    "unsupported-media-type");
            assertRefused(
                    mine.raw().send("POST", "/sign-out", bytes("a=" + "x".repeat(70_000)), FORM),
                    413,
                    "payload-too-large");
            assertRefused(
                    mine.raw().send("POST", "/sign-out", bytes("form_token=" + own + "&more=1"), FORM),
                    400,
                    "invalid-parameter");
            assertThat(mine.raw().get("/runs").status()).as("still signed in").isEqualTo(200);

            mine.raw()
                    .send("POST", "/sign-out", bytes("form_token=" + own), FORM)
                    .expect(303);
            assertThat(mine.raw().get("/runs").status()).isEqualTo(303);
        }
        assertRefused(
                signInByHand(Api.BOOTSTRAP_TOKEN, Map.of("form_token_of", "nobody"), "forged"),
                403,
                "form-not-genuine");
    }

    private static void assertRefused(Api.Answer answer, int status, String slug) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(answer.text()).contains(slug);
    }

    /** What is refused on a page's way is a page, and as careful as any. */
    @Test
    void aPageIsCarefulAndKeptByNobody() {
        try (Browser browser = Browser.signedIn(port, Api.BOOTSTRAP_TOKEN)) {
            for (String path :
                    List.of("/runs", "/sign-out", "/runs?nothing=1", "/runs/run_nothing", "/runs?cursor=x")) {
                Api.Answer answer = browser.raw().get(path);

                assertThat(answer.header("Content-Type")).as(path).isEqualTo("text/html;charset=UTF-8");
                assertThat(answer.header("Content-Security-Policy"))
                        .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                                + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
                assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
                assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
                assertThat(answer.text()).doesNotContain("<style", "style=\"", "onclick", "<script>");
            }
        }
        Api.Answer styles = Api.on(port).as(null).get("/assets/console.css").expect(200);
        assertThat(styles.header("Content-Type")).startsWith("text/css");
        assertThat(styles.header("Cache-Control")).contains("immutable");
        assertThat(Api.on(port).as(null).get("/assets/nothing.css").status()).isIn(401, 404);
    }

    /** Also what is refused before anybody knows who asks is told to a person as a page, and to a program as ever. */
    @ParameterizedTest
    @ValueSource(strings = {"/runs//x", "/runs/;x", "/runs/a;b=c/why"})
    void aPathThatIsRefusedAtOnceIsAPageToo(String path) {
        String page = sentAsItIs(path, Browser.ACCEPT);
        assertThat(page)
                .contains(" 400 ", "text/html;charset=UTF-8", "malformed-request", "<main", "style-src 'self'")
                .doesNotContain("Exception");
        assertThat(sentAsItIs(path, "*/*")).contains(" 400 ", "application/problem+json");
    }

    private String sentAsItIs(String path, String accept) {
        return RawHttp.send(
                port,
                bytes("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept
                        + "\r\nConnection: close\r\n\r\n"));
    }

    @Test
    void whoSignedInIsInTheAuditLogViaTheConsole() {
        World world = World.on(port);
        JsonNode token = world.token("ada", "\"view\"", "");
        try (Browser browser = Browser.signedIn(port, token)) {
            JsonNode row = world.admin()
                    .get("/api/audit-events?type=session.opened&target_id=" + browser.sessionId())
                    .json()
                    .path("items")
                    .path(0);

            assertThat(row.at("/actor/name").asString()).isEqualTo("ada");
            assertThat(row.at("/detail/via").asString()).isEqualTo("console");
            assertThat(world.admin()
                            .get("/api/audit-events?type=access_token.issued&target_id="
                                    + token.path("id").asString())
                            .json()
                            .path("items")
                            .path(0)
                            .path("detail")
                            .has("via"))
                    .isFalse();
        }
    }

    private Api.Answer signInByHand(String token, Map<String, String> more, String formToken) {
        Api page = Api.on(port).as(null).with("Accept", Browser.ACCEPT);
        Api.Answer form = page.get("/sign-in").expect(200);
        String tie = String.valueOf(form.header("Set-Cookie")).split(";")[0];
        String own = Browser.formToken(form.text()).orElseThrow();
        return page.with("Cookie", tie)
                .send(
                        "POST",
                        "/sign-in",
                        bytes(Browser.encode(Map.of("token", token), more.isEmpty() ? own : formToken)),
                        FORM);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Each is a row of an audit log that nobody can shorten. */
    @Test
    void aTokenSignsInOnlySoOftenInAMinute() {
        World world = World.on(port);
        String token = world.token("eve", "\"view\"", "").path("token").asString();
        Api page = Api.on(port).as(null).with("Accept", "text/html", "Cookie", "alloy-sign-in=" + "a".repeat(64));
        String tie = page.get("/sign-in").text().replaceAll("(?s).*name=\"form_token\" value=\"([^\"]*)\".*", "$1");

        for (int i = 0; i < 65; i++) {
            int status = page.send("POST", "/sign-in", bytes("token=" + token + "&form_token=" + tie), FORM)
                    .status();
            assertThat(status).isEqualTo(i < 60 ? 303 : 429);
        }

        world.person("eve", "\"view\"").get("/api/projects").expect(200);
    }
}
