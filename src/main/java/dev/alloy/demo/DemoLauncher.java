package dev.alloy.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * Plays the demo beside the running service, once it takes requests. Whatever goes wrong is one line at the terminal; the service
 * stays up, and the next start goes on.
 */
class DemoLauncher {

    private static final Logger log = LoggerFactory.getLogger(DemoLauncher.class);

    private final ApplicationContext context;
    private final DemoSettings settings;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable Thread thread;

    DemoLauncher(ApplicationContext context, DemoSettings settings) {
        this.context = context;
        this.settings = settings;
    }

    /** Done when the demo has been played or given up. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        Integer port = event.getApplicationContext().getEnvironment().getProperty("local.server.port", Integer.class);
        if (event.getApplicationContext() != context || port == null) {
            return;
        }
        Thread player = new Thread(() -> play(port, System.out), "demo");
        player.setDaemon(true);
        thread = player;
        player.start();
    }

    /** The web server is about to stop; the journal knows where to go on. */
    @EventListener
    void closed(ContextClosedEvent event) {
        Thread player = thread;
        if (event.getApplicationContext() == context && player != null) {
            player.interrupt();
        }
    }

    private void play(int port, PrintStream out) {
        try {
            play(port, story -> story.print(out));
        } catch (CancellationException e) {
            // The service stops.
        } catch (DemoStopped e) {
            out.println("Demo: " + e.getMessage());
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                log.debug("The demo has stopped", e);
                out.println("Demo: stopped: " + (e.getMessage() == null ? e : e.getMessage())
                        + " (The next start continues it; ALLOY_DEMO=false starts without it.)");
            }
        } finally {
            ended.complete(null);
        }
    }

    private void play(int port, Consumer<DemoText> audience) {
        Path file = settings.dataDirectory().resolve("bootstrap-token");
        boolean generated = settings.configuredToken().isEmpty();
        String token = generated ? read(file) : settings.configuredToken();
        DemoApi administrator = new DemoApi(URI.create("http://127.0.0.1:" + port), token, DemoCheckpoint.NONE);
        DemoJournal journal = new DemoJournal(settings.dataDirectory().resolve("demo"), DemoCheckpoint.NONE);
        Links links = new Links(
                settings.publicUrl().isEmpty() ? "http://localhost:" + port : settings.publicUrl(),
                generated ? file.toString() : "ALLOY_BOOTSTRAP_TOKEN",
                generated ? token : null,
                settings.openApi());
        if (!token.isEmpty() && administrator.isKnown()) {
            new Demo(administrator, journal, DemoNames.DEFAULT, links).play(audience);
        } else if (journal.finished().isPresent()) {
            audience.accept(DemoText.retold(journal.finished().get(), links));
        } else {
            throw new DemoStopped("left out, because the bootstrap token in " + links.tokenPlace()
                    + " is missing or no longer valid.");
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
