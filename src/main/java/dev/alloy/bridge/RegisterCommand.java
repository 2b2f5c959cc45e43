package dev.alloy.bridge;

import dev.alloy.bridge.AlloyApi.Call;
import dev.alloy.bridge.AlloyClient.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code bridge register}: a one-time token becomes a key file that only its owner may read. */
@Command(
        name = "register",
        mixinStandardHelpOptions = true,
        description =
                "Registers this runner with a one-time token and writes its key to a file that only its owner may read.")
final class RegisterCommand implements Callable<Integer> {

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:ALLOY_SERVER:-http://localhost:8080}",
            description = "Alloy's address (default: ALLOY_SERVER, else http://localhost:8080).")
    private URI server = URI.create("http://localhost:8080");

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            required = true,
            description = "Where the key goes; not there yet.")
    private Path keyFile = Path.of("");

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file with the registration token (default: the variable ALLOY_REGISTRATION_TOKEN). There is no option for the token itself: other users can read command lines.")
    private @Nullable Path tokenFile;

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "The runner's name.")
    private String name = "";

    @Option(
            names = "--installation",
            paramLabel = "ID",
            description =
                    "An installation that it serves, among those the token allows; may be repeated (default: all).")
    private List<String> installations = List.of();

    @Option(
            names = "--project",
            paramLabel = "ID",
            description =
                    "A project whose runs it takes, among those the token allows; may be repeated (default: all).")
    private List<String> projects = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        WorkOptions.refuseInAClone(keyFile.toAbsolutePath().normalize(), "The key file");
        var client = new AlloyClient(new AlloyApi(ServerOptions.checked(server), token()), CrashPoint.NONE);
        var file = new KeyFile(keyFile);
        file.reserve();
        JsonNode registered;
        try {
            registered = client.say(Call.post("/api/runners/register", AlloyClient.bytes(body())), Patience.of(1))
                    .json();
        } catch (RequestRejected | BridgeStopped | NoResponse e) {
            file.release();
            throw e;
        }
        if (!registered.path("runner_key").asString("").startsWith("alloy_rnr_")) {
            file.release();
            throw new BridgeStopped(
                    ExitCode.SERVER,
                    "The server's answer holds no key; it is not Alloy.",
                    "Name Alloy's address with --server.");
        }
        file.write(registered.path("runner_key").asString(""));
        var out = spec.commandLine().getOut();
        out.println("Registered as " + registered.path("runner").path("id").asString("") + "; its key is in " + keyFile
                + ".");
        out.println("Trust it with the projects in which it may change code.");
        out.flush();
        return ExitCode.OK.number();
    }

    private ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", name);
        if (!installations.isEmpty()) {
            installations.forEach(body.putArray("installation_ids")::add);
        }
        if (!projects.isEmpty()) {
            projects.forEach(body.putArray("allowed_projects")::add);
        }
        body.putArray("supported_schema_versions").add(ExecutionRequest.SCHEMA_VERSION);
        return body;
    }

    private String token() {
        String token =
                tokenFile == null ? System.getenv().getOrDefault("ALLOY_REGISTRATION_TOKEN", "") : read(tokenFile);
        if (!token.startsWith("alloy_reg_") || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new BridgeStopped(
                    ExitCode.KEY,
                    "There is no registration token (alloy_reg_…).",
                    "Ask an administrator of the runners for one, and pass it with --token-file or in ALLOY_REGISTRATION_TOKEN.");
        }
        return token;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new BridgeStopped(
                    ExitCode.FILES, "The token file " + file + " cannot be read: " + e, "Name another one.");
        }
    }
}
