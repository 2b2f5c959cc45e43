package dev.alloy.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Alloy's API as one credential sees it: JSON in and out, {@link UnexpectedAnswer} for every status a call has no use for. */
final class DemoApi {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final URI base;
    private final String token;
    private final DemoCheckpoint checkpoint;
    private final HttpClient client;

    /**
     * @param base where the service listens, without a path
     * @param token the bearer token of every call
     */
    DemoApi(URI base, String token, DemoCheckpoint checkpoint) {
        this(
                base,
                token,
                checkpoint,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build());
    }

    private DemoApi(URI base, String token, DemoCheckpoint checkpoint, HttpClient client) {
        this.base = base;
        this.token = token;
        this.checkpoint = checkpoint;
        this.client = client;
    }

    /** The same service with another credential. */
    DemoApi as(String otherToken) {
        return new DemoApi(base, otherToken, checkpoint, client);
    }

    /** A member as text; empty where it is missing or null. */
    static String text(JsonNode object, String member) {
        return object.path(member).asString("");
    }

    /** Whether the credential is good for anything at this moment. */
    boolean isKnown() {
        HttpResponse<byte[]> answer = send("GET", "/api/whoami", null, null);
        return answer.statusCode() != 401 && read("GET /api/whoami", answer).isObject();
    }

    /** The service's clock, to the second: what expires is judged by it. */
    Instant now() {
        return send("GET", "/api/whoami", null, null)
                .headers()
                .firstValue("Date")
                .map(date -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from))
                .orElseThrow(() -> new DemoStopped("the service's answers have no Date."));
    }

    JsonNode get(String path) {
        return read("GET " + path, send("GET", path, null, null));
    }

    /** Empty where there is no such thing, or nothing at this moment. */
    Optional<JsonNode> find(String path) {
        HttpResponse<byte[]> answer = send("GET", path, null, null);
        return answer.statusCode() == 404 || answer.statusCode() == 204
                ? Optional.empty()
                : Optional.of(read("GET " + path, answer));
    }

    /** Every item of a list, through all of its pages. */
    List<JsonNode> list(String path) {
        List<JsonNode> items = new ArrayList<>();
        String from = path + (path.contains("?") ? "&" : "?") + "limit=200";
        String next = from;
        do {
            JsonNode page = get(next);
            page.path("items").forEach(items::add);
            String cursor = text(page, "next_cursor");
            next = cursor.isEmpty() ? "" : from + "&cursor=" + cursor;
        } while (!next.isEmpty());
        return items;
    }

    /** The bytes exactly as served. */
    byte[] download(String path) {
        HttpResponse<byte[]> answer = send("GET", path, null, null);
        if (answer.statusCode() != 200) {
            throw unexpected("GET " + path, answer);
        }
        return answer.body();
    }

    JsonNode post(String path, JsonNode body) {
        return post(path, body, null);
    }

    /**
     * @param lease the lease token of a runner's attempt; null where none is needed
     */
    JsonNode post(String path, JsonNode body, @Nullable String lease) {
        JsonNode answer = read("POST " + path, send("POST", path, body, lease));
        checkpoint.passed();
        return answer;
    }

    void delete(String path) {
        read("DELETE " + path, send("DELETE", path, null, null));
        checkpoint.passed();
    }

    private HttpResponse<byte[]> send(String method, String path, @Nullable JsonNode body, @Nullable String lease) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
        if (lease != null) {
            request.header("Alloy-Lease", lease);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        request.method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + " was not answered: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException(method + " " + path + " was interrupted");
        }
    }

    private static JsonNode read(String call, HttpResponse<byte[]> answer) {
        if (answer.statusCode() / 100 != 2) {
            throw unexpected(call, answer);
        }
        return answer.body().length == 0 ? JsonNodeFactory.instance.missingNode() : JSON.readTree(answer.body());
    }

    private static UnexpectedAnswer unexpected(String call, HttpResponse<byte[]> answer) {
        JsonNode problem = problem(answer.body());
        String type = text(problem, "type");
        return new UnexpectedAnswer(
                call, answer.statusCode(), type.substring(type.lastIndexOf('/') + 1), text(problem, "detail"));
    }

    private static JsonNode problem(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            // Whatever answered is not Alloy; its status says enough.
            return JsonNodeFactory.instance.missingNode();
        }
    }
}
