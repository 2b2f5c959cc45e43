package dev.alloy.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs other programs. They get a bare environment, so nothing of the bridge's own (a key in a variable, say) reaches a
 * hook or filter that a repository brings along, and nothing to read.
 */
final class ExternalCommand {

    private static final Set<String> PASSED_ON =
            Set.of("PATH", "HOME", "USER", "TMPDIR", "SSH_AUTH_SOCK", "SystemRoot", "APPDATA", "USERPROFILE");
    private static final int LONGEST = 32 << 20;

    private ExternalCommand() {}

    /**
     * How a program ended.
     *
     * @param exitCode its exit code
     * @param out what it wrote to the standard output
     * @param err what it wrote to the standard error
     */
    record Ended(int exitCode, String out, String err) {

        boolean isGood() {
            return exitCode == 0;
        }

        /** The last line it complained with. */
        String complaint() {
            String text = (err.isBlank() ? out : err).strip();
            String last = text.substring(text.lastIndexOf('\n') + 1);
            return last.length() > 300 ? last.substring(0, 300) + "…" : last;
        }
    }

    /**
     * Runs a program to its end.
     *
     * @param directory where; null for anywhere
     * @param patience after which it is killed
     * @throws IOException when it cannot be started, takes too long or writes too much
     */
    static Ended run(@Nullable Path directory, Map<String, String> environment, Duration patience, List<String> words)
            throws IOException {
        var builder = new ProcessBuilder(new ArrayList<>(words));
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        builder.environment().keySet().retainAll(PASSED_ON);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException(words.get(0) + " did not end within " + patience.toSeconds() + " s");
            }
            // Somebody whom the program left behind may hold its output open.
            return new Ended(
                    process.exitValue(),
                    out.completeOnTimeout("", 5, TimeUnit.SECONDS).join(),
                    err.completeOnTimeout("", 5, TimeUnit.SECONDS).join());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private static String read(InputStream in) {
        try (in) {
            String text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
            in.skip(Long.MAX_VALUE);
            return text;
        } catch (IOException e) {
            return "";
        }
    }
}
