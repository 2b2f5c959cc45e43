package dev.alloy.bridge;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** Where the server is, and who calls. */
final class ServerOptions {

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
            description = "The file with the runner's key, readable by its owner only.")
    private Path keyFile = Path.of("");

    KeyFile keyFile() {
        return new KeyFile(keyFile);
    }

    Path keyPath() {
        return keyFile.toAbsolutePath().normalize();
    }

    URI server() {
        return checked(server);
    }

    /** What the operator should know about the way there. */
    Optional<String> warning() {
        boolean here = Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(server.getHost()));
        return "http".equals(server.getScheme()) && !here
                ? Optional.of("The key goes to " + server.getHost() + " in clear text; use https.")
                : Optional.empty();
    }

    /** The address that calls are made at. */
    static URI checked(URI server) {
        boolean http = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
        boolean bare = server.getPath() == null || server.getPath().length() <= 1;
        if (!http || !bare || server.getHost() == null || server.getUserInfo() != null) {
            throw new BridgeStopped(
                    ExitCode.USAGE,
                    server + " is not a valid server address.",
                    "Name it as in --server http://localhost:8080.");
        }
        return server;
    }

    AlloyClient client() {
        return new AlloyClient(new AlloyApi(server(), keyFile().read()), CrashPoint.NONE);
    }
}
