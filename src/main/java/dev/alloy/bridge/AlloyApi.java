package dev.alloy.bridge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call to the server at a time: bytes out, an {@link ApiAnswer} in. The credential never goes to another host,
 * since nothing is followed.
 */
final class AlloyApi {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String JSON = "application/json";
    private static final int LONGEST = 64 << 20;

    private final URI base;
    private final String token;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /**
     * @param base where the server listens
     * @param token the bearer token of every call
     */
    AlloyApi(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    URI base() {
        return base;
    }

    /**
     * A call.
     *
     * @param path begins with a slash
     * @param content what is sent; null for nothing
     * @param headers beside the credential and the media types
     * @param patience how long an answer may take beyond the usual
     */
    record Call(String method, String path, @Nullable Content content, Map<String, String> headers, Duration patience) {

        static Call get(String path) {
            return new Call("GET", path, null, Map.of(), Duration.ZERO);
        }

        static Call post(String path, byte[] json) {
            return new Call("POST", path, new Content(json, null), Map.of(), Duration.ZERO);
        }

        Call with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Call(method, path, content, more, patience);
        }

        Call patient(Duration longer) {
            return new Call(method, path, content, headers, longer);
        }
    }

    /** What is sent: bytes, or a file of any size. */
    record Content(byte[] bytes, @Nullable Path file) {

        BodyPublisher publisher() throws IOException {
            return file == null ? BodyPublishers.ofByteArray(bytes) : BodyPublishers.ofFile(file);
        }
    }

    /** Sends it. Fails with {@link IOException} where no answer came; it may have arrived all the same. */
    ApiAnswer send(Call call) throws IOException {
        try {
            return start(call).get();
        } catch (ExecutionException e) {
            throw new IOException(
                    call.method() + " " + call.path() + " was not answered: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    /** Sends it; to be cancelled by a caller that stops waiting. */
    CompletableFuture<ApiAnswer> start(Call call) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(call.path()))
                .timeout(PATIENCE.plus(call.patience()))
                .header("Authorization", "Bearer " + token)
                .header("Accept", JSON);
        Content content = call.content();
        if (content != null) {
            request.header("Content-Type", JSON);
        }
        call.headers().forEach(request::setHeader);
        request.method(call.method(), content == null ? BodyPublishers.noBody() : content.publisher());
        var body = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<Void>> sent = client.sendAsync(
                request.build(), BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(bytes -> take(bytes, body))));
        CompletableFuture<ApiAnswer> answer = sent.thenApply(response -> answer(response, body));
        // The client's own limit ends with the headers.
        answer.orTimeout(PATIENCE.plus(call.patience()).toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((made, failed) -> {
                    if (failed != null) {
                        sent.cancel(true);
                    }
                });
        return answer;
    }

    /** What is beyond the limit is not kept; nothing that is taken from the server is so long. */
    private static void take(byte[] bytes, ByteArrayOutputStream body) {
        if (body.size() <= LONGEST) {
            body.write(bytes, 0, Math.min(bytes.length, LONGEST + 1 - body.size()));
        }
    }

    private static ApiAnswer answer(HttpResponse<Void> response, ByteArrayOutputStream body) {
        if (body.size() > LONGEST) {
            throw new UncheckedIOException(new IOException("the answer is longer than " + LONGEST + " bytes"));
        }
        Map<String, String> headers = new LinkedHashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return new ApiAnswer(response.statusCode(), headers, body.toByteArray());
    }
}
