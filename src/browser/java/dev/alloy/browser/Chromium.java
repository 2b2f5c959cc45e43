package dev.alloy.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The Chromium of this machine, which asks nobody but the service. */
final class Chromium {

    private static final Path PROGRAM = Path.of(System.getProperty("alloy.chromium", "/usr/bin/chromium"));

    private Chromium() {}

    /** Playwright without a browser of its own; the test is skipped where there is no Chromium. */
    static Playwright driver() {
        assumeTrue(
                Files.isExecutable(PROGRAM), "There is no browser at " + PROGRAM + "; name one with -Dalloy.chromium=");
        return Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    /** Starts it without a window. */
    static Browser launch(Playwright driver) {
        return driver.chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(PROGRAM)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }
}
