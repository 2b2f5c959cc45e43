package dev.alloy.bridge;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.foundry.EntryEvent;
import dev.alloy.contract.foundry.FoundryBlocks;
import dev.alloy.contract.foundry.Throttle;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the Foundry beside the bridge can do, {@code foundry.capability_manifest.v1}. No call of Foundry's tells it: the version is that of its
 * command, the rest is the table of 0.13.0, and the manifest says so. Source: foundry.md, “Blocks”.
 */
final class FoundryManifest {

    private static final String KNOWN = "0.13.0";
    private static final Pattern VERSION =
            Pattern.compile("\\bv?(\\d{1,5}(?:\\.\\d{1,5}){1,3}(?:[-+][0-9A-Za-z.-]{1,40})?)\\b");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String command;
    private final @Nullable String stated;
    private final FoundryOptions.Mode mode;
    private final FoundryFiles files;

    /**
     * @param command Foundry's command
     * @param stated the version that the operator states; null to ask the command
     */
    FoundryManifest(String command, @Nullable String stated, FoundryOptions.Mode mode, FoundryFiles files) {
        this.command = command;
        this.stated = stated;
        this.mode = mode;
        this.files = files;
    }

    /** Whether there is something to report: not where nothing, or a person, is in Foundry's place. */
    boolean isReported() {
        return mode == FoundryOptions.Mode.grpc || mode == FoundryOptions.Mode.cli;
    }

    /** As {@code foundry --version} tells; empty where it does not. */
    String version() {
        if (stated != null) {
            return stated;
        }
        try {
            ExternalCommand.Ended ended = ExternalCommand.run(null, Map.of(), PATIENCE, List.of(command, "--version"));
            Matcher version = VERSION.matcher(ended.out());
            return ended.isGood() && version.find() ? version.group(1) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** The document. */
    ObjectNode document() {
        String version = version();
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        manifest.put("schema_version", "foundry.capability_manifest.v1");
        manifest.put("foundry_version", version.isEmpty() ? "unknown" : version);
        manifest.put("supports_alloy_brief", false);
        manifest.put("supports_prompt_pack", false);
        manifest.put("supports_gate_overlay", false);
        manifest.put("supports_trace_export", mode == FoundryOptions.Mode.grpc || files.canReadTraces());
        manifest.put("supports_streaming", mode == FoundryOptions.Mode.grpc);
        ArrayNode events = manifest.putArray("supported_entry_events");
        Stream.of(EntryEvent.values())
                .filter(event -> event != EntryEvent.EXECUTION_REQUESTED)
                .forEach(event -> events.add(event.wire()));
        ArrayNode throttles = manifest.putArray("supported_throttle_modes");
        Stream.of(Throttle.FULL, Throttle.AUDIT_ONLY, Throttle.DRY_RUN).forEach(one -> throttles.add(one.wire()));
        FoundryBlocks.names().forEach(manifest.putArray("registered_blocks")::add);
        ObjectNode source = manifest.putObject("reported_from");
        source.put("version", stated != null ? "the operator" : version.isEmpty() ? "unknown" : command + " --version");
        source.put("everything_else", "the bridge's own table of Foundry " + KNOWN);
        return manifest;
    }

    /** The document's bytes. */
    byte[] bytes() {
        return CanonicalJson.bytes(document());
    }
}
