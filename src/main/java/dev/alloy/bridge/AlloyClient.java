package dev.alloy.bridge;

import dev.alloy.bridge.AlloyApi.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a runner asks of the server beside its runs. Every call may be said again, so each is until it is answered: by
 * {@link RequestRejected} for what stays no, by {@link BridgeStopped} for a key that is not accepted. Source:
 * dispatch.md, “Runner protocol”.
 */
final class AlloyClient {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,200}");
    private static final ObjectNode EMPTY = JsonNodeFactory.instance.objectNode();

    private final AlloyApi api;
    private final CrashPoint checkpoint;
    private boolean superseded;

    AlloyClient(AlloyApi api, CrashPoint checkpoint) {
        this.api = api;
        this.checkpoint = checkpoint;
    }

    /** How often something is said again. */
    interface Patience {

        /** For ever. */
        Patience ENDLESS = tries -> true;

        /** As long as something holds. */
        static Patience whilst(BooleanSupplier holds) {
            return tries -> holds.getAsBoolean();
        }

        /** So many times. */
        static Patience of(int most) {
            return tries -> tries < most;
        }

        /** Whether to try again after so many tries. */
        boolean lasts(int tries);
    }

    /**
     * Who this key is.
     *
     * @param organization the organization's id
     * @param id the runner's id
     */
    record Self(String organization, String id) {}

    /** Asks who the key is. */
    Self self() {
        JsonNode who = say(Call.get("/api/whoami"), Patience.of(3)).json();
        if (!who.path("kind").isString()) {
            throw new BridgeStopped(
                    ExitCode.SERVER,
                    api.base() + " was answered by a service other than Alloy.",
                    "Name Alloy's address with --server, as in http://localhost:8080.");
        }
        if (!who.path("kind").asString().equals("runner")) {
            throw new BridgeStopped(
                    ExitCode.KEY,
                    "The key belongs to a " + who.path("kind").asString() + ", not to a runner.",
                    "Use a runner's key (alloy_rnr_…); 'bridge register' makes one.");
        }
        String id = who.path("name").asString("");
        if (!ID.matcher(id).matches()) {
            throw new BridgeStopped(
                    ExitCode.SERVER,
                    "The server answered with an invalid runner id.",
                    "Check that the address is Alloy's.");
        }
        return new Self(who.path("organization_id").asString(""), id);
    }

    /** The runner as the server knows it. */
    JsonNode runner(Self self) {
        return say(Call.get("/api/runners/" + self.id()), Patience.of(3), runner -> runner.path("id")
                        .asString("")
                        .equals(self.id()))
                .json();
    }

    /** An installation that this runner serves. */
    JsonNode installation(String id) {
        return say(Call.get("/api/foundry-installations/" + id), Patience.of(3)).json();
    }

    /** Tells which documents this runner reads. */
    void declare(Self self) {
        ObjectNode body = EMPTY.deepCopy();
        body.putArray("leases");
        body.putArray("supported_schema_versions").add(ExecutionRequest.SCHEMA_VERSION);
        say(Call.post("/api/runners/" + self.id() + "/heartbeat", bytes(body)), Patience.of(3));
    }

    /** Reports what an installation can do. */
    void report(String installation, byte[] manifest) {
        var content = new AlloyApi.Content(manifest, null);
        String path = "/api/foundry-installations/" + installation + "/capability-manifest";
        say(new Call("PUT", path, content, Map.of(), Duration.ZERO), Patience.of(3));
    }

    /**
     * Waits for an offer. Empty when there was none.
     *
     * @param started is given the call, to be cancelled by a caller that stops waiting
     */
    Optional<JsonNode> poll(Self self, int waitSeconds, Consumer<CompletableFuture<?>> started) throws IOException {
        Call call = Call.get("/api/runners/" + self.id() + "/run-requests/next?wait_seconds=" + waitSeconds)
                .patient(Duration.ofSeconds(waitSeconds));
        CompletableFuture<ApiAnswer> answering = api.start(call);
        started.accept(answering);
        try {
            ApiAnswer answer = answering.get();
            if (isForLater(answer)) {
                throw new IOException("The poll was answered with " + answer.told());
            }
            superseded =
                    answer.header("alloy-poll").filter("superseded"::equals).isPresent();
            JsonNode offer = good(call, answer).json();
            if (answer.status() != 204 && !offer.path("execution_request").isObject()) {
                throw new IOException("A service other than Alloy answered the poll.");
            }
            return Optional.of(offer).filter(JsonNode::isObject);
        } catch (CancellationException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            // Whoever cancels a call that is on its way sees it end either way.
            if (answering.isCancelled() || e.getCause() instanceof CancellationException) {
                return Optional.empty();
            }
            throw new IOException("The poll was not answered: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    /** Whether the last poll was ended by a newer one of the same runner, which is then of another process. */
    boolean wasSuperseded() {
        return superseded;
    }

    /** What is said of one run. */
    RunHandle run(String requestId) {
        return new RunHandle(this, requestId);
    }

    /** The bytes behind a link of a document; only its path is used, so the key goes to no other host. */
    byte[] download(String href, Patience patience) {
        int path = href.indexOf("/api/");
        if (path < 0 || href.contains("..")) {
            throw ExecutionRefused.safety("artifact-link", "An artifact's link does not lead to the server's API.");
        }
        return say(Call.get(href.substring(path)), patience).body();
    }

    /** Says it until it is answered, or patience ends: then {@link NoResponse}. */
    ApiAnswer say(Call call, Patience patience) {
        return say(call, patience, answer -> true);
    }

    /**
     * Says it until it is answered as Alloy would, or patience ends: then {@link NoResponse}. What else answers in its
     * place, a sign-in page say, has done nothing of what was asked.
     *
     * @param expected whether a good answer says what it has to
     */
    ApiAnswer say(Call call, Patience patience, Predicate<JsonNode> expected) {
        checkpoint.passed(call.method() + " " + step(call.path()));
        for (int tries = 1; ; tries++) {
            String why;
            Duration pause = Pause.before(tries);
            try {
                ApiAnswer answer = api.send(call);
                boolean another = answer.isGood() && !expected.test(answer.json());
                if (!isForLater(answer) && !another) {
                    checkpoint.passed("answer " + step(call.path()));
                    return good(call, answer);
                }
                why = another ? "a service other than Alloy answered" : answer.told();
                pause = answer.header("retry-after").map(AlloyClient::seconds).orElse(pause);
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
            }
            if (!patience.lasts(tries)) {
                throw new NoResponse(call.method() + " " + call.path() + ": " + why);
            }
            Pause.of(pause);
        }
    }

    private static String step(String path) {
        String plain = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
        return plain.substring(plain.lastIndexOf('/') + 1);
    }

    private static Duration seconds(String text) {
        try {
            return Duration.ofSeconds(Math.max(1, Math.min(60, Long.parseLong(text))));
        } catch (NumberFormatException e) {
            return Duration.ofSeconds(5);
        }
    }

    private static boolean isForLater(ApiAnswer answer) {
        return answer.status() == 429 || answer.status() == 408 || answer.status() >= 500;
    }

    private ApiAnswer good(Call call, ApiAnswer answer) {
        if (answer.isGood()) {
            return answer;
        }
        if (answer.status() == 401) {
            throw new BridgeStopped(
                    ExitCode.KEY,
                    "The server does not accept the key: " + answer.told(),
                    "It is wrong, expired or revoked. Get a new one from an administrator of the runners, or with 'bridge register'.");
        }
        if (answer.problem().isEmpty()) {
            throw new BridgeStopped(
                    ExitCode.SERVER,
                    api.base() + " answers " + call.path() + " with " + answer.status()
                            + " and no explanation; that is not Alloy.",
                    "Name Alloy's address with --server, as in http://localhost:8080.");
        }
        throw new RequestRejected(call.method() + " " + call.path(), answer);
    }

    static byte[] bytes(JsonNode body) {
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }
}
