package dev.alloy.bridge;

import dev.alloy.bridge.AlloyApi.Call;
import dev.alloy.bridge.AlloyClient.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The calls about one run. Source: dispatch.md, “Runner protocol”. */
final class RunHandle {

    private static final Duration LONG_UPLOAD = Duration.ofMinutes(10);

    private static final Pattern TOKEN = Pattern.compile("[!-~]{8,500}");
    private static final Set<String> DIRECTIVES = Set.of("continue", "cancel", "drain");

    private final AlloyClient client;
    private final String id;
    private final String path;
    private @Nullable String lease;

    RunHandle(AlloyClient client, String id) {
        this.client = client;
        this.id = id;
        this.path = "/api/run-requests/" + id;
    }

    /** The lease token of the attempt: from now on every call carries it. */
    RunHandle under(String leaseToken) {
        this.lease = leaseToken;
        return this;
    }

    JsonNode accept(String acceptNonce, Patience patience) {
        byte[] body = AlloyClient.bytes(object().put("claim", acceptNonce));
        return post(
                        "accepted",
                        body,
                        patience,
                        answer -> answer.path("attempt").asInt(0) > 0
                                && TOKEN.matcher(answer.path("lease_token").asString(""))
                                        .matches()
                                && answer.path("lease").isObject())
                .json();
    }

    /** Sets the mutation marker; answers whether it was set before. */
    boolean start(String revision, Patience patience) {
        byte[] body = AlloyClient.bytes(object().put("repo_revision_before", revision));
        return post(
                        "started",
                        body,
                        patience,
                        answer -> answer.path("id").asString("").equals(id)
                                && answer.path("status").asString("").equals("executing"))
                .header("idempotent-replayed")
                .isPresent();
    }

    JsonNode heartbeat(Patience patience) {
        return post(
                        "heartbeat",
                        AlloyClient.bytes(object()),
                        patience,
                        answer -> DIRECTIVES.contains(answer.path("directive").asString("")))
                .json();
    }

    void release(String reason, Patience patience) {
        post("release", AlloyClient.bytes(object().put("reason", reason)), patience, JsonNode::isObject);
    }

    void tell(ObjectNode events, Patience patience) {
        post("events", AlloyClient.bytes(events), patience, JsonNode::isObject);
    }

    /** Reports the end with exactly these bytes. */
    JsonNode report(String call, byte[] result, Patience patience) {
        return post(call, result, patience, answer -> answer.path("run_request_id")
                        .asString("")
                        .equals(id))
                .json();
    }

    void trace(Path file, String format, Patience patience) {
        String mediaType = format.equals("foundry.cli_text") ? "text/plain" : "application/json";
        var content = new AlloyApi.Content(new byte[0], file);
        Call call = new Call("POST", path + "/traces?trace_format=" + format, content, Map.of(), LONG_UPLOAD);
        client.say(leased(call).with("Content-Type", mediaType), patience, JsonNode::isObject);
    }

    private ApiAnswer post(String step, byte[] body, Patience patience, Predicate<JsonNode> expected) {
        return client.say(leased(Call.post(path + "/" + step, body)), patience, expected);
    }

    private Call leased(Call call) {
        return lease == null ? call : call.with("Alloy-Lease", lease);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
