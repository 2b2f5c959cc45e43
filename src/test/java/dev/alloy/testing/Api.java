package dev.alloy.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the service as any client would: over HTTP, with a bearer token. */
public final class Api {

    /** The bootstrap token of the application under test. */
    public static final String BOOTSTRAP_TOKEN = "alloy_pat_bootstrap-token-of-the-tests-0123456789";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String base;
    private final @Nullable String token;
    private final String[] headers;

    private Api(String base, @Nullable String token, String... headers) {
        this.base = base;
        this.token = token;
        this.headers = headers;
    }

    /** The service on this port of this machine, called with the bootstrap token. */
    public static Api on(int port) {
        return new Api("http://localhost:" + port, BOOTSTRAP_TOKEN);
    }

    /** The same service, called with another token. */
    public Api as(@Nullable String otherToken) {
        return new Api(base, otherToken, headers);
    }

    /** The same service and token, with these headers in every call: name, value, name, value. */
    public Api with(String... more) {
        String[] all = new String[headers.length + more.length];
        System.arraycopy(headers, 0, all, 0, headers.length);
        System.arraycopy(more, 0, all, headers.length, more.length);
        return new Api(base, token, all);
    }

    /** The same token and headers, at another replica. */
    public Api at(Api replica) {
        return new Api(replica.base, token, headers);
    }

    /** GET. */
    public Answer get(String path) {
        return send("GET", path, null, null);
    }

    /** DELETE. */
    public Answer delete(String path) {
        return send("DELETE", path, null, null);
    }

    /** POST of a JSON text. */
    public Answer post(String path, String body) {
        return send("POST", path, body.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    /** POST of a JSON document. */
    public Answer post(String path, JsonNode body) {
        return post(path, body.toString());
    }

    /** PATCH of a JSON text. */
    public Answer patch(String path, String body) {
        return send("PATCH", path, body.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    /** PUT of a JSON text. */
    public Answer put(String path, String body) {
        return send("PUT", path, body.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    /** Any call, with any bytes. */
    public Answer send(String method, String path, byte @Nullable [] body, @Nullable String contentType) {
        try {
            return new Answer(CLIENT.send(request(method, path, body, contentType), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Any call whose body has no declared length. */
    public Answer sendChunked(String method, String path, byte[] body) {
        var request = HttpRequest.newBuilder(request(method, path, body, "application/json"), (name, value) -> true)
                .method(method, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build();
        try {
            return new Answer(CLIENT.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** POST without waiting for the answer, for calls at the same moment. */
    public CompletableFuture<Answer> postLater(String path, String body) {
        return CLIENT.sendAsync(
                        request("POST", path, body.getBytes(StandardCharsets.UTF_8), "application/json"),
                        BodyHandlers.ofByteArray())
                .thenApply(Answer::new);
    }

    /** GET without waiting for the answer, for polls. */
    public CompletableFuture<Answer> getLater(String path) {
        return CLIENT.sendAsync(request("GET", path, null, null), BodyHandlers.ofByteArray())
                .thenApply(Answer::new);
    }

    private HttpRequest request(String method, String path, byte @Nullable [] body, @Nullable String contentType) {
        var request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : base + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    /** What the service answered. */
    public record Answer(HttpResponse<byte[]> response) {

        /** The status code. */
        public int status() {
            return response.statusCode();
        }

        /** The body's bytes. */
        public byte[] bytes() {
            return response.body();
        }

        /** The body as text. */
        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        /** The body as JSON. */
        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        /** A header's first value; null when it is absent. */
        public @Nullable String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        /** The last segment of the problem's type; empty when the answer is no problem document. */
        public String problem() {
            String contentType = header("Content-Type");
            if (contentType == null || !contentType.startsWith("application/problem+json")) {
                return "";
            }
            String type = json().path("type").asString();
            return type.substring(type.lastIndexOf('/') + 1);
        }

        /** The answer itself when it has this status; else a failure that shows the body. */
        public Answer expect(int status) {
            if (status() != status) {
                throw new AssertionError("Expected " + status + " but got " + status() + ": " + text());
            }
            return this;
        }
    }
}
