package dev.alloy.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A git working copy, with nothing of the machine's own configuration in it. */
final class GitRepository {

    private static final Map<String, String> ALONE = Map.of(
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_CONFIG_SYSTEM", "/dev/null",
            "GIT_AUTHOR_NAME", "Foundry",
            "GIT_AUTHOR_EMAIL", "foundry@example.test",
            "GIT_COMMITTER_NAME", "Foundry",
            "GIT_COMMITTER_EMAIL", "foundry@example.test");

    private final Path path;

    private GitRepository(Path path) {
        this.path = path;
    }

    static GitRepository in(Path path) {
        return new GitRepository(path);
    }

    boolean isClean() throws IOException, InterruptedException {
        return run("status", "--porcelain").isBlank();
    }

    void commitAll(String message) throws IOException, InterruptedException {
        run("add", "-A");
        run("commit", "-q", "-m", message);
    }

    String head() throws IOException, InterruptedException {
        return run("rev-parse", "HEAD").strip();
    }

    String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(path.toFile()).redirectErrorStream(true);
        builder.environment().putAll(ALONE);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("git " + String.join(" ", words) + ": " + said.strip());
        }
        return said;
    }
}
