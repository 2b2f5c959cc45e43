package dev.alloy.bridge;

import dev.alloy.bridge.AlloyApi.Call;
import dev.alloy.bridge.AlloyClient.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The calls about one run. Source: dispatch.md, “Runner protocol”. */
final class RunHandle {

    private static final Duration LONG_UPLOAD = Duration.ofMinutes(10);

    private final AlloyClient client;
    private final String path;
    private @Nullable String lease;

    RunHandle(AlloyClient client, String path) {
        this.client = client;
        this.path = path;
    }

    /** The lease token of the attempt: from now on every call carries it. */
    RunHandle under(String leaseToken) {
        this.lease = leaseToken;
        return this;
    }

    JsonNode accept(String claim, Patience patience) {
        return post("accepted", AlloyClient.bytes(object().put("claim", claim)), patience)
                .json();
    }

    /** Sets the mutation marker; answers whether it was set before. */
    boolean start(String revision, Patience patience) {
        byte[] body = AlloyClient.bytes(object().put("repo_revision_before", revision));
        return post("started", body, patience).header("idempotent-replayed").isPresent();
    }

    JsonNode heartbeat(Patience patience) {
        return post("heartbeat", AlloyClient.bytes(object()), patience).json();
    }

    void release(String reason, Patience patience) {
        post("release", AlloyClient.bytes(object().put("reason", reason)), patience);
    }

    void tell(ObjectNode events, Patience patience) {
        post("events", AlloyClient.bytes(events), patience);
    }

    /** Reports the end with exactly these bytes. */
    JsonNode report(String call, byte[] result, Patience patience) {
        return post(call, result, patience).json();
    }

    void trace(Path file, String format, Patience patience) {
        String mediaType = format.equals("foundry.cli_text") ? "text/plain" : "application/json";
        var content = new AlloyApi.Content(new byte[0], file);
        Call call = new Call("POST", path + "/traces?trace_format=" + format, content, Map.of(), LONG_UPLOAD);
        client.say(leased(call).with("Content-Type", mediaType), patience);
    }

    private Answer post(String step, byte[] body, Patience patience) {
        return client.say(leased(Call.post(path + "/" + step, body)), patience);
    }

    private Call leased(Call call) {
        return lease == null ? call : call.with("Alloy-Lease", lease);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
