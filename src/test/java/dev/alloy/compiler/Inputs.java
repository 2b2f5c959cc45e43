package dev.alloy.compiler;

import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Compiler inputs that begin with the worked example and vary one thing. */
final class Inputs {

    static final String PROJECT = "checkout-service";
    static final RepoContext REPO = new RepoContext("/work/checkout-service", "abc123", "alloy/checkout-payment");
    static final DocumentReferences REFERENCES = new DocumentReferences(
            "brief_01HZ", "sha256:" + "b".repeat(64), "prompt_pack_01HZ", "sha256:" + "a".repeat(64));

    private ObjectNode intent = example("source-intent");
    private ObjectNode manifest = example("capability-manifest");
    private Connection connection = Connection.RUNNER_PULL;
    private RepoContext repo = REPO;

    /** The worked example as it is. */
    static Inputs workedExample() {
        return new Inputs();
    }

    Inputs intent(Consumer<ObjectNode> change) {
        change.accept(intent);
        return this;
    }

    /** Sets what stands at the pointer of the intent; a trailing {@code -} appends to a list. */
    Inputs intent(String pointer, String json) {
        set(intent, pointer, json(json));
        return this;
    }

    Inputs withoutIntent(String pointer) {
        int cut = pointer.lastIndexOf('/');
        ((ObjectNode) intent.at(pointer.substring(0, cut))).remove(pointer.substring(cut + 1));
        return this;
    }

    Inputs manifest(ObjectNode other) {
        manifest = other;
        return this;
    }

    Inputs manifest(String member, String json) {
        manifest.set(member, json(json));
        return this;
    }

    Inputs withoutManifest(String member) {
        manifest.remove(member);
        return this;
    }

    Inputs connection(Connection other) {
        connection = other;
        return this;
    }

    Inputs repo(String path, String revision, @Nullable String branch) {
        repo = new RepoContext(path, revision, branch);
        return this;
    }

    CompilerInput input() {
        return new CompilerInput(intent, manifest, PROJECT, connection, repo);
    }

    Compilation compile() {
        return Compiler.compile(input());
    }

    /** The payload of a run that uses this compilation's own pack. */
    static ObjectNode payload(Compilation compilation) {
        return ExecutionPayload.render(
                compilation.brief().tree(), REFERENCES, compilation.promptPack().tree());
    }

    static ObjectNode manifestOf(boolean supports) {
        ObjectNode manifest = example("capability-manifest-foundry-0.13.0");
        manifest.put("foundry_version", "9.9.9");
        for (String member : new String[] {
            "supports_alloy_brief",
            "supports_prompt_pack",
            "supports_gate_overlay",
            "supports_trace_export",
            "supports_streaming"
        }) {
            manifest.put(member, supports);
        }
        if (supports) {
            ((ArrayNode) manifest.get("supported_entry_events")).add("execution_requested");
        }
        return manifest;
    }

    static ObjectNode emptyManifest() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("schema_version", "foundry.capability_manifest.v1")
                .put("foundry_version", "0.1.0");
    }

    static ObjectNode example(String name) {
        try (var in = Inputs.class.getResourceAsStream("/examples/" + name + ".json")) {
            return (ObjectNode) json(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (UnreadableJson e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static void set(ObjectNode document, String pointer, JsonNode value) {
        int cut = pointer.lastIndexOf('/');
        JsonNode parent = document.at(pointer.substring(0, cut));
        String last = pointer.substring(cut + 1);
        if (parent instanceof ArrayNode list) {
            if (last.equals("-")) {
                list.add(value);
            } else {
                list.set(Integer.parseInt(last), value);
            }
        } else {
            ((ObjectNode) parent).set(last, value);
        }
    }
}
