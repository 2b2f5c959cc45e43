package dev.alloy.bridge;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Foundry, and how it is reached. The defaults are Foundry's own. */
final class FoundryOptions {

    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9.\\[\\]:-]{1,255}:[0-9]{1,5}");
    private static final String HOME = "${sys:user.home}/.foundry/";

    /** The ways to reach a Foundry. */
    enum Mode {
        /** foundryd's own protocol. */
        grpc,
        /** The foundry command. */
        cli,
        /** None: results are made up, and marked. */
        simulated,
        /** A person. */
        manual
    }

    @Option(
            names = "--mode",
            defaultValue = "grpc",
            description =
                    "How Foundry is reached: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). simulated runs nothing and marks"
                            + " every result.")
    private Mode mode = Mode.grpc;

    @Option(
            names = "--foundry",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:FOUNDRY_ADDRESS:-127.0.0.1:50051}",
            description = "foundryd's address (default: FOUNDRY_ADDRESS, else 127.0.0.1:50051).")
    private String address = "127.0.0.1:50051";

    @Option(
            names = "--foundry-command",
            paramLabel = "PROGRAM",
            defaultValue = "foundry",
            description = "Foundry's command, for its version and for --mode cli (default: ${DEFAULT-VALUE}).")
    private String command = "foundry";

    @Option(
            names = "--foundry-version",
            paramLabel = "VERSION",
            description = "Foundry's version, if its command cannot be run.")
    private @Nullable String version;

    @Option(
            names = "--foundry-registry",
            paramLabel = "FILE",
            defaultValue = "${env:FOUNDRY_REGISTRY_PATH:-" + HOME + "registry.json}",
            description =
                    "The registry of projects that foundryd reads (default: FOUNDRY_REGISTRY_PATH, else ~/.foundry/registry.json).")
    private Path registry = Path.of("");

    @Option(
            names = "--foundry-traces",
            paramLabel = "DIRECTORY",
            defaultValue = "${env:FOUNDRY_TRACES_DIR:-" + HOME + "traces}",
            description = "Where foundryd writes its traces (default: FOUNDRY_TRACES_DIR, else ~/.foundry/traces).")
    private Path traces = Path.of("");

    @Option(
            names = "--foundry-events",
            paramLabel = "DIRECTORY",
            defaultValue = "${env:FOUNDRY_EVENTS_DIR:-" + HOME + "events}",
            description = "Where foundryd logs its events (default: FOUNDRY_EVENTS_DIR, else ~/.foundry/events).")
    private Path events = Path.of("");

    @Option(
            names = "--simulate-failure",
            paramLabel = "GATE",
            description = "With --mode simulated: a gate that is to fail; may be repeated.")
    private List<String> failures = List.of();

    Mode mode() {
        return mode;
    }

    FoundryRegistry registry() {
        return new FoundryRegistry(registry);
    }

    FoundryFiles files() {
        return new FoundryFiles(traces, events);
    }

    FoundryManifest manifest() {
        return new FoundryManifest(command, version, mode, files());
    }

    /**
     * The Foundry that is meant.
     *
     * @param state a directory of the bridge's own
     * @param out where a person is asked
     */
    Foundry foundry(Path state, PrintWriter out) {
        return switch (mode) {
            case grpc -> new GrpcFoundry(address(), files());
            case cli -> new CliFoundry(command, address(), files(), state.resolve("kept"));
            case simulated -> new SimulatedFoundry(Set.copyOf(failures));
            case manual -> new ManualFoundry(state.resolve("manual"), out);
        };
    }

    private String address() {
        String plain = address.startsWith("http://") ? address.substring("http://".length()) : address;
        if (!ADDRESS.matcher(plain).matches()) {
            throw new BridgeStopped(
                    ExitCode.USAGE,
                    address + " is not a valid address of foundryd.",
                    "Name it as in --foundry 127.0.0.1:50051.");
        }
        return plain;
    }
}
