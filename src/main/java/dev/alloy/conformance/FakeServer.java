package dev.alloy.conformance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Alloy's side of the runner protocol on a port of the loopback interface, for one runner, with short times. */
final class FakeServer implements AutoCloseable {

    static final String INSTALLATION = "inst_conformance";
    static final String ORGANIZATION = "acme";

    private final String runnerId = "runner_" + UUID.randomUUID().toString().replace("-", "");
    private final String key = "alloy_rnr_" + UUID.randomUUID().toString().replace("-", "");
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "played-server");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ServerCall> calls = new ArrayList<>();
    private final List<InjectedFault> troubles = new ArrayList<>();
    private final FakeApi api;
    private @Nullable HttpServer http;
    private Consumer<ServerCall> listener = call -> {};
    private boolean dark;
    private boolean keyKnown = true;
    private int port;

    FakeServer(String project) {
        api = new FakeApi(runnerId, project);
        listen();
    }

    private void listen() {
        try {
            HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            made.setExecutor(threads);
            made.createContext("/", this::take);
            made.start();
            port = made.getAddress().getPort();
            http = made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    String key() {
        return key;
    }

    FakeApi api() {
        return api;
    }

    /** The runner's key is no longer known. */
    synchronized void forgetKey() {
        keyKnown = false;
    }

    /** This happens to the next call of that name. */
    synchronized void prepare(InjectedFault trouble) {
        troubles.add(trouble);
    }

    /** Told each call when it has been decided, before it is answered; in the caller's thread. */
    synchronized void onCall(Consumer<ServerCall> told) {
        listener = told;
    }

    /** Cuts every connection from this moment on, and stops listening. */
    void goDark() {
        HttpServer listening;
        synchronized (this) {
            dark = true;
            listening = http;
            http = null;
        }
        api.wakePolls();
        if (listening != null) {
            // In a thread of its own: a call may be what turns the lights off, and stopping waits for calls.
            // Not at once, so the answer under way gets through.
            threads.execute(() -> {
                Waiting.pause(Duration.ofMillis(100));
                listening.stop(0);
            });
        }
    }

    /** Listens again on the same port. */
    void comeBack() {
        boolean listening = Waiting.until(Duration.ofSeconds(10), this::tryListening, done -> done);
        if (!listening) {
            throw new IllegalStateException("Port " + port + " is taken");
        }
        synchronized (this) {
            dark = false;
        }
    }

    private boolean tryListening() {
        try {
            listen();
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    synchronized List<ServerCall> calls() {
        return List.copyOf(calls);
    }

    List<ServerCall> calls(String name) {
        return calls().stream().filter(call -> call.is(name)).toList();
    }

    /** Waits for a call that is answered, or cut. */
    synchronized boolean await(Predicate<ServerCall> wanted, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (calls.stream().noneMatch(wanted)) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private void take(HttpExchange exchange) throws IOException {
        long began = System.nanoTime();
        byte[] body = read(exchange);
        String path = exchange.getRequestURI().getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        String lease = exchange.getRequestHeaders().getFirst("Alloy-Lease");
        InjectedFault trouble;
        boolean known;
        synchronized (this) {
            trouble = dark ? null : takeTrouble(name, path);
            known = keyKnown;
        }
        FakeApi.Request request = new FakeApi.Request(
                exchange.getRequestMethod(),
                path,
                name,
                String.valueOf(exchange.getRequestURI().getQuery()),
                lease,
                body);
        FakeApi.Answer answer;
        if (isDark()) {
            exchange.close();
            return;
        }
        if (trouble != null && trouble.kind() == InjectedFault.Kind.UNAVAILABLE) {
            answer = FakeApi.Answer.of(new ProblemReply(503, "unavailable", "The service cannot answer now."));
        } else if (!known
                || !("Bearer " + key).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer = FakeApi.Answer.of(new ProblemReply(401, "unauthenticated", "No such credential."));
        } else {
            answer = api.answer(request);
        }
        if (isDark()) {
            exchange.close();
            return;
        }
        boolean cut = trouble != null && trouble.kind() == InjectedFault.Kind.ANSWER_CUT;
        ServerCall call = new ServerCall(
                request.method(),
                path,
                name,
                request.run(),
                lease,
                body,
                cut ? 0 : answer.status(),
                answer.problem(),
                began);
        told(call);
        if (trouble != null && trouble.kind() == InjectedFault.Kind.SAID_TO_BE_REPLAYED) {
            exchange.getResponseHeaders().set("Idempotent-Replayed", "true");
        }
        send(exchange, answer, cut);
    }

    private synchronized boolean isDark() {
        return dark;
    }

    private void told(ServerCall call) {
        Consumer<ServerCall> told;
        synchronized (this) {
            calls.add(call);
            told = listener;
            notifyAll();
        }
        told.accept(call);
    }

    private @Nullable InjectedFault takeTrouble(String name, String path) {
        if (name.equals("next") && !api.hasWork()) {
            return null;
        }
        for (InjectedFault trouble : troubles) {
            if (trouble.call().equals(name) && !path.startsWith("/api/runners/" + runnerId + "/heartbeat")) {
                troubles.remove(trouble);
                return trouble;
            }
        }
        return null;
    }

    private static byte[] read(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
            try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
                return plain.readAllBytes();
            }
        }
        return body;
    }

    private void send(HttpExchange exchange, FakeApi.Answer answer, boolean cut) throws IOException {
        exchange.getResponseHeaders().set("X-Correlation-Id", UUID.randomUUID().toString());
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = answer.body();
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            int length = cut ? body.length / 2 : body.length;
            exchange.getResponseBody().write(body, 0, length);
            exchange.getResponseBody().flush();
        }
        exchange.close();
    }

    /** The problem document of a refusal. */
    static byte[] problem(ProblemReply refusal) {
        ObjectNode problem = EventChain.object()
                .put("type", "https://alloy.invalid/problems/" + refusal.slug())
                .put("title", refusal.slug().replace('-', ' '))
                .put("status", refusal.status())
                .put("detail", refusal.getMessage())
                .put("correlation_id", UUID.randomUUID().toString());
        return problem.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        goDark();
        threads.shutdown();
    }
}
