package dev.alloy;

import dev.alloy.contract.DocumentSchemas;
import dev.alloy.database.Ids;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Uses what a run's five calls need before the replica says that it is ready, so the first runner does not wait for classes, schemas and
 * statements. What fails here is slow the first time, and no more than that.
 */
@Component
class WarmUp {

    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

    private static final List<String> SCHEMAS =
            List.of("create_run_request", "accept_run", "start_run", "heartbeat", "alloy.foundry_run_result.v1");

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Rehearsal rehearsal;
    private final boolean wanted;

    WarmUp(Rehearsal rehearsal, @Value("${alloy.warm-up:true}") boolean wanted) {
        this.rehearsal = rehearsal;
        this.wanted = wanted;
    }

    @EventListener
    void started(ApplicationStartedEvent event) {
        if (wanted) {
            attempt("schemas", WarmUp::schemas);
            attempt("calls", () -> call(event.getApplicationContext()));
            attempt(
                    "a run",
                    () -> rehearsal.play(Ids.next("rehearsal").replace("_", "-").toLowerCase(Locale.ROOT)));
        }
    }

    private interface Act {

        void perform() throws IOException;
    }

    private static void attempt(String what, Act act) {
        long begin = System.nanoTime();
        try {
            act.perform();
            log.debug("Warmed up: {}, in {} ms", what, (System.nanoTime() - begin) / 1_000_000);
        } catch (IOException | RuntimeException e) {
            log.debug("Could not warm up: {}", what, e);
        }
    }

    private static void schemas() {
        SCHEMAS.forEach(schema -> DocumentSchemas.validate(schema, JsonNodeFactory.instance.objectNode()));
    }

    /** The way from the socket through all filters, to a controller and to refusals. */
    private static void call(ApplicationContext context) throws IOException {
        Integer port = context.getEnvironment().getProperty("local.server.port", Integer.class);
        if (port == null) {
            return;
        }
        String configured = context.getEnvironment().getProperty("server.address", "");
        InetAddress address = InetAddress.getByName(configured.isBlank() ? "localhost" : configured.strip());
        InetSocketAddress server =
                new InetSocketAddress(address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address, port);
        send(server, "GET /actuator/health/readiness HTTP/1.1", "");
        send(server, "POST /api/run-requests/none/accepted HTTP/1.1\r\nContent-Type: application/json", "{}");
    }

    private static void send(InetSocketAddress server, String head, String body) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(server, (int) PATIENCE.toMillis());
            OutputStream out = socket.getOutputStream();
            String rest = "\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n";
            out.write((head + rest + body).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.getInputStream().readAllBytes();
        }
    }
}
