package dev.alloy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Looks at the console as a browser without scripts does: follows links, fills in forms, keeps cookies. What no browser would send goes
 * through {@link #raw}.
 */
public final class Browser implements AutoCloseable {

    /** What a browser says when somebody follows a link. */
    public static final String ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"form_token\" value=\"([0-9a-f]+)\"");

    private final String base;
    private final int port;
    private final WebClient client = new WebClient();

    private Browser(int port) {
        this.port = port;
        this.base = "http://localhost:" + port;
        client.getOptions().setJavaScriptEnabled(false);
        client.getOptions().setCssEnabled(false);
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
    }

    /** A browser in which nobody is signed in. */
    public static Browser on(int port) {
        return new Browser(port);
    }

    /** A browser in which the owner of a token signed in by the form. */
    public static Browser signedIn(int port, String token) {
        Browser browser = on(port);
        HtmlPage page = browser.signIn("/sign-in", token);
        if (!page.getUrl().getPath().startsWith("/") || browser.cookie() == null) {
            throw new AssertionError("Not signed in: " + page.asNormalizedText());
        }
        return browser;
    }

    /** The same for a token as it was issued. */
    public static Browser signedIn(int port, JsonNode issued) {
        return signedIn(port, issued.path("token").asString());
    }

    /** Sends the form of a page for signing in. */
    public HtmlPage signIn(String path, String token) {
        HtmlForm form = get(path).getForms().stream()
                .filter(one -> one.getActionAttribute().equals("/sign-in"))
                .findFirst()
                .orElseThrow();
        form.getInputByName("token").setValue(token);
        return submit(form);
    }

    /** Opens a page. */
    public HtmlPage get(String path) {
        try {
            return client.getPage(path.startsWith("http") ? path : base + path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a form by its button. */
    public HtmlPage submit(HtmlForm form) {
        try {
            return form.<org.htmlunit.html.DomElement>getFirstByXPath(".//button[@type='submit']")
                    .click();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All cookies as they are sent. */
    public List<String> cookies() {
        return client.getCookieManager().getCookies().stream()
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .toList();
    }

    /** The session's cookie as it is sent; null where nobody is signed in. */
    public @Nullable String cookie() {
        return cookies().stream()
                .filter(cookie -> cookie.startsWith("alloy="))
                .findFirst()
                .orElse(null);
    }

    /** The id by which the API lists the session. */
    public String sessionId() {
        return "ses_" + String.valueOf(cookie()).split("_")[2];
    }

    /** Calls as this browser without being one: redirects are not followed. */
    public Api raw() {
        Api api = Api.on(port).as(null).with("Accept", ACCEPT);
        String cookie = cookie();
        return cookie == null ? api : api.with("Cookie", cookie);
    }

    /** Sends fields to a page as its form would, with the token of the page's own form. */
    public Api.Answer post(String path, Map<String, String> fields) {
        return post(path, path, fields);
    }

    /** Sends fields to a page with the token of another page's form. */
    public Api.Answer post(String tokenPage, String path, Map<String, String> fields) {
        String token = formToken(raw().get(tokenPage).text()).orElse("");
        return raw().send(
                        "POST",
                        path,
                        encode(fields, token).getBytes(StandardCharsets.UTF_8),
                        "application/x-www-form-urlencoded");
    }

    /** The token in a page's forms. */
    public static Optional<String> formToken(String page) {
        Matcher matcher = FORM_TOKEN.matcher(page);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Fields as a form sends them. */
    public static String encode(Map<String, String> fields, String token) {
        return fields.entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"))
                + "&form_token=" + token;
    }

    /** The paths of our own that a page links to. */
    public static List<String> links(HtmlPage page) {
        List<String> links = new ArrayList<>();
        page.getAnchors().forEach(anchor -> {
            URI link = URI.create(anchor.getHrefAttribute());
            if (link.getHost() == null && !link.getPath().isEmpty()) {
                links.add(anchor.getHrefAttribute());
            }
        });
        return links;
    }

    @Override
    public void close() {
        client.close();
    }
}
