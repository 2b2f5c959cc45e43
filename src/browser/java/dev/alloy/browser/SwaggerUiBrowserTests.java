package dev.alloy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * How long a person waits for Swagger UI, and whether paste and Enter sign them in. Each limit holds for the median of several times; all of
 * them are in {@code target/browser/swagger-ui.txt}.
 */
@AlloyTest
class SwaggerUiBrowserTests {

    private static final Path FIGURES = Path.of("target/browser/swagger-ui.txt");
    private static final int TIMES = 7;
    private static final double LIST_SECONDS = 2;
    private static final double OPERATION_SECONDS = 1;
    private static final int SERVED_BYTES = 60_000;

    private static Playwright playwright;
    private static Browser chromium;

    @LocalServerPort
    private int port;

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
    void theListAndAnOperationOpenInTime() throws Exception {
        List<Double> lists = new ArrayList<>();
        List<Double> operations = new ArrayList<>();
        int served = served();
        for (int i = 0; i < TIMES; i++) {
            try (BrowserContext context = chromium.newContext()) {
                Page page = context.newPage();
                long began = System.nanoTime();
                page.navigate("http://localhost:" + port + "/swagger-ui.html");
                page.locator(".opblock-tag").first().waitFor();
                lists.add(seconds(began));
                page.locator(".opblock-tag").first().click();
                Locator summary = page.locator(".opblock-summary-control").first();
                summary.waitFor();
                began = System.nanoTime();
                summary.click();
                page.locator(".opblock-body .responses-wrapper").first().waitFor();
                operations.add(seconds(began));
            }
        }
        String figures = String.format(
                Locale.ROOT,
                "document: %d bytes gzipped%nlist: median %.2f s of %s%noperation: median %.2f s of %s%nprocessors: %d%n",
                served,
                median(lists),
                rounded(lists),
                median(operations),
                rounded(operations),
                Runtime.getRuntime().availableProcessors());
        Files.createDirectories(FIGURES.getParent());
        Files.writeString(FIGURES, figures);
        assertThat(served).as(figures).isLessThan(SERVED_BYTES);
        assertThat(median(lists)).as(figures).isLessThanOrEqualTo(LIST_SECONDS);
        assertThat(median(operations)).as(figures).isLessThanOrEqualTo(OPERATION_SECONDS);
    }

    @Test
    void pasteAndEnterAuthorize() {
        World world = World.on(port);
        String token = world.token("ada", "\"view\"", "").path("token").asString();
        try (BrowserContext context = chromium.newContext()) {
            Page page = context.newPage();
            page.navigate("http://localhost:" + port + "/swagger-ui.html");
            page.locator(".btn.authorize").first().click();
            page.waitForFunction("document.activeElement.tagName === 'INPUT'");
            page.keyboard().insertText(token);
            page.keyboard().press("Enter");
            page.locator(".dialog-ux").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
            // Not by its address: loading the page anew forgets the token.
            page.locator("#operations-tag-Access").click();
            page.locator("#operations-Access-whoami .opblock-summary-control").click();
            var answer = page.waitForResponse("**/api/whoami", () -> {
                Locator execute = page.locator("#operations-Access-whoami .execute");
                execute.waitFor();
                execute.click();
            });
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    /** What a browser fetches of the document, compressed. */
    private int served() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v3/api-docs"))
                .header("Accept-Encoding", "gzip")
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofByteArray())
                .body()
                .length;
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static double median(List<Double> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    private static List<String> rounded(List<Double> times) {
        return times.stream()
                .map(time -> String.format(Locale.ROOT, "%.2f", time))
                .toList();
    }
}
