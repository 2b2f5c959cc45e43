package dev.alloy.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the planted runner says to the server. */
final class PlantedCalls {

    private final String server;
    private final String key;

    PlantedCalls(String server, String key) {
        this.server = server;
        this.key = key;
    }

    record Answer(int status, byte[] body, boolean replayed) {

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    /** The answer; empty when there was none, and nobody knows whether the server heard. */
    Optional<Answer> once(String method, String path, @Nullable String lease, @Nullable JsonNode body) {
        try {
            // The JDK's older client: it is there sooner, and these tests start many runners.
            var connection =
                    (HttpURLConnection) URI.create(server + path).toURL().openConnection();
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(4_000);
            connection.setRequestMethod(method);
            connection.setRequestProperty("Authorization", "Bearer " + key);
            if (lease != null) {
                connection.setRequestProperty("Alloy-Lease", lease);
            }
            if (body != null) {
                connection.setRequestProperty("Content-Type", "application/json");
                connection.setDoOutput(true);
                connection.getOutputStream().write(body.toString().getBytes(StandardCharsets.UTF_8));
            }
            return Optional.of(answer(connection));
        } catch (IOException e) {
            Waiting.pause(Duration.ofMillis(100));
            return Optional.empty();
        }
    }

    private static Answer answer(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] body = in == null ? new byte[0] : in.readAllBytes();
            if (body.length < connection.getContentLength()) {
                throw new IOException("The answer broke off.");
            }
            return new Answer(status, body, connection.getHeaderField("Idempotent-Replayed") != null);
        }
    }

    /** Repeats a call until it is answered, or there is no use in it any more. */
    Optional<Answer> insist(
            String method, String path, @Nullable String lease, @Nullable JsonNode body, BooleanSupplier pointless) {
        Optional<Answer> answer = Optional.empty();
        while (answer.isEmpty() && !pointless.getAsBoolean()) {
            answer = once(method, path, lease, body);
        }
        return answer;
    }
}
