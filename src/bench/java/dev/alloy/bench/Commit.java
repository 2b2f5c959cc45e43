package dev.alloy.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What was measured.
 *
 * @param id of the commit that is checked out
 * @param changed whether files differ from it or are not in it
 */
record Commit(String id, boolean changed) {

    /** The commit of the working directory, or empty without Git. */
    static Optional<Commit> checkedOut() {
        return git("rev-parse", "HEAD")
                .map(id ->
                        new Commit(id, !git("status", "--porcelain").orElse("").isEmpty()));
    }

    private static Optional<String> git(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process git = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? Optional.of(out) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
