package dev.alloy.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs Git in one working copy. Hooks, file system monitors and prompts are off, so a repository's content cannot make
 * it run anything. The clone's own configuration is trusted, as it is the operator's: docs/bridge.md says to keep it
 * out of reach of agents.
 */
final class Git {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Map<String, String> ENVIRONMENT =
            Map.of("GIT_TERMINAL_PROMPT", "0", "GIT_EDITOR", "true", "GIT_CONFIG_NOSYSTEM", "0", "GIT_PAGER", "cat");
    private static final List<String> SAFE = List.of(
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.quotePath=false",
            "-c",
            "diff.external=",
            "-c",
            "protocol.ext.allow=never");

    private static final List<String> IDENTITY =
            List.of("-c", "user.name=alloy-bridge", "-c", "user.email=alloy-bridge@localhost");

    private final Path directory;
    private final Map<String, String> environment;
    private final List<String> identity;

    Git(Path directory) {
        this(directory, ENVIRONMENT, IDENTITY);
    }

    private Git(Path directory, Map<String, String> environment, List<String> identity) {
        this.directory = directory;
        this.environment = environment;
        this.identity = identity;
    }

    /** The same without an identity of the bridge's own. */
    Git plain() {
        return new Git(directory, environment, List.of());
    }

    /** The same with another index than that of the working copy, which stays as it is. */
    Git withIndex(Path index) {
        Map<String, String> more = new HashMap<>(environment);
        more.put("GIT_INDEX_FILE", index.toString());
        return new Git(directory, Map.copyOf(more), identity);
    }

    /** Runs a command; its output without the last line break. Refused where it fails. */
    String tell(String... words) {
        ExternalCommand.Ended ended = run(words);
        if (!ended.isGood()) {
            throw ExecutionRefused.dispatch(
                    "working-copy-unusable", "git " + words[0] + " in " + directory + " failed: " + ended.complaint());
        }
        return withoutBreak(ended.out());
    }

    /** Runs a command that may fail: then empty. */
    Optional<String> ask(String... words) {
        ExternalCommand.Ended ended = run(words);
        return ended.isGood() ? Optional.of(withoutBreak(ended.out())) : Optional.empty();
    }

    /** The lines of a command that separates by NUL. */
    List<String> list(String... words) {
        String out = tell(words);
        return out.isEmpty() ? List.of() : Arrays.stream(out.split("\0")).toList();
    }

    private ExternalCommand.Ended run(String... words) {
        List<String> command = new ArrayList<>();
        command.add("git");
        command.addAll(SAFE);
        command.addAll(identity);
        if (Files.isDirectory(directory.resolve(".git"))) {
            // Wherever its configuration says that it is.
            command.add("--git-dir=" + directory.resolve(".git"));
            command.add("--work-tree=" + directory);
        }
        command.addAll(Arrays.asList(words));
        try {
            return ExternalCommand.run(directory, environment, PATIENCE, command);
        } catch (IOException e) {
            throw ExecutionRefused.dispatch(
                    "working-copy-unusable", "git " + words[0] + " in " + directory + ": " + e.getMessage());
        }
    }

    private static String withoutBreak(String text) {
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
