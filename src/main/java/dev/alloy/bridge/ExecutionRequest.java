package dev.alloy.bridge;

import dev.alloy.contract.DocumentSchemas;
import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.Effect;
import dev.alloy.contract.foundry.Effects;
import dev.alloy.contract.foundry.EntryEvent;
import dev.alloy.contract.foundry.Throttle;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a runner executes, {@code alloy.foundry_execution_request.v1}, as far as a runner has to know it. Source:
 * contract.md.
 *
 * @param document the document as it was offered
 */
record ExecutionRequest(ObjectNode document) {

    static final String SCHEMA_VERSION = "alloy.foundry_execution_request.v1";

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,149}");

    /**
     * One artifact to fetch.
     *
     * @param path where it stands in the working copy
     */
    record Artifact(String kind, String id, String digest, String path, String href, long size) {}

    /** Reads an offered document. What is none, or names a run that is no id, is refused: no call could name such a run. */
    static ExecutionRequest of(JsonNode document) {
        List<Finding> findings = DocumentSchemas.validate(SCHEMA_VERSION, document);
        if (!(document instanceof ObjectNode object) || !findings.isEmpty()) {
            throw new BridgeStopped(
                    ExitCode.SERVER,
                    "The server offers a document that this runner does not read: "
                            + (findings.isEmpty()
                                    ? "no object"
                                    : findings.get(0).pointer() + " "
                                            + findings.get(0).detail()),
                    "Compare the versions of server and bridge.");
        }
        var request = new ExecutionRequest(object);
        if (!FILE_NAME.matcher(request.id()).matches()) {
            throw new BridgeStopped(
                    ExitCode.SERVER,
                    "The server offers a run with an invalid id.",
                    "Check that the address is Alloy's.");
        }
        return request;
    }

    String id() {
        return text("request_id");
    }

    String idempotencyKey() {
        return text("idempotency_key");
    }

    String projectId() {
        return text("project_id");
    }

    String revision() {
        return document.path("repo").path("revision").asString("");
    }

    String branch() {
        return document.path("repo").path("branch").asString("");
    }

    String briefId() {
        return document.path("brief").path("id").asString("");
    }

    String briefDigest() {
        return document.path("brief").path("digest").asString("");
    }

    String entryEvent() {
        return document.path("foundry").path("entry_event").asString("");
    }

    /** The throttle; the schema knows no other than these, and Foundry takes any other for full. */
    Throttle throttle() {
        return Throttle.parse(document.path("foundry").path("throttle").asString(""))
                .orElseThrow(
                        () -> ExecutionRefused.safety("throttle-unknown", "The request names an unknown throttle."));
    }

    JsonNode payload() {
        return document.path("foundry").path("payload");
    }

    String traceId() {
        return text("trace_id");
    }

    int attempt() {
        return document.path("attempt").asInt(0);
    }

    String installationId() {
        return text("installation_id");
    }

    List<Artifact> artifacts() {
        return document.path("artifacts")
                .valueStream()
                .map(one -> new Artifact(
                        one.path("kind").asString(""),
                        one.path("id").asString(""),
                        one.path("digest").asString(""),
                        one.path("path").asString(""),
                        one.path("href").asString(""),
                        one.path("size_bytes").asLong(-1)))
                .toList();
    }

    /**
     * Whether Foundry can change anything by this. Fails closed: the server's word and our own reading must agree on
     * read_only.
     */
    boolean isMutating() {
        return !text("effect").equals(Effect.READ_ONLY.wire()) || effect() == Effect.MUTATING;
    }

    private Effect effect() {
        return Effects.of(entryEvent(), throttle().wire(), payload());
    }

    /** Refuses what Foundry must never be told, approved or not. */
    void requireAllowed() {
        if (EntryEvent.parse(entryEvent()).isEmpty()) {
            throw ExecutionRefused.safety(
                    "entry-event-not-allowed", "The entry event " + entryEvent() + " must not start a chain.");
        }
        if (text("effect").equals(Effect.READ_ONLY.wire()) && effect() == Effect.MUTATING) {
            throw ExecutionRefused.safety(
                    "effect-mismatch",
                    "The request says read_only, but " + entryEvent() + " at "
                            + throttle().wire().toLowerCase(Locale.ROOT) + " with this payload can change code.");
        }
        if (payload().has("gates") || payload().has("loop_context")) {
            throw ExecutionRefused.safety("payload-not-allowed", "The payload replaces gates or reroutes the chain.");
        }
        if (traceId().isEmpty() || attempt() < 1) {
            throw ExecutionRefused.dispatch("request-incomplete", "The request names no trace id or no attempt.");
        }
    }

    private String text(String member) {
        return document.path(member).asString("");
    }
}
