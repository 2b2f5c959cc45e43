package dev.alloy.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** The runner under judgement, as a process. */
final class RunnerProcess implements AutoCloseable {

    private static final Duration TO_DIE = Duration.ofSeconds(10);

    private final Process process;

    private RunnerProcess(Process process) {
        this.process = process;
    }

    /** @param variables placeholder, without braces, and environment variable → value */
    static RunnerProcess start(List<String> command, Map<String, String> variables, Path directory, Path log)
            throws IOException {
        List<String> words =
                command.stream().map(word -> filled(word, variables)).toList();
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        variables.forEach((name, value) -> {
            if (Character.isUpperCase(name.charAt(0))) {
                builder.environment().put(name, value);
            }
        });
        Process process = builder.start();
        process.getOutputStream().close();
        return new RunnerProcess(process);
    }

    private static String filled(String word, Map<String, String> variables) {
        String filled = word;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            filled = filled.replace("{" + variable.getKey() + "}", variable.getValue());
        }
        return filled;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL, for it and for what it started. */
    void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor(TO_DIE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Its exit code; empty when it does not end in time. */
    OptionalInt awaitExit(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    static List<String> lastWords(Path log, int lines) {
        try {
            List<String> said = Files.exists(log)
                    ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                            .lines()
                            .toList()
                    : List.of();
            return said.subList(Math.max(0, said.size() - lines), said.size());
        } catch (IOException e) {
            return List.of("(its log cannot be read: " + e.getMessage() + ")");
        }
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
