package dev.alloy.bridge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that holds a runner's key, one line. */
final class KeyFile {

    private static final int LONGEST = 1_000;

    private final Path file;

    KeyFile(Path file) {
        this.file = file;
    }

    /** The key. */
    String read() {
        try {
            if (Files.size(file) > LONGEST) {
                throw unusable("is too long for a key");
            }
            String key = Files.readString(file).strip();
            if (!key.startsWith("alloy_rnr_") || key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw unusable("does not hold a runner's key (alloy_rnr_…)");
            }
            return key;
        } catch (IOException e) {
            throw new BridgeStopped(
                    ExitCode.FILES,
                    "The key file " + file + " cannot be read: " + e,
                    "Name the file with --key-file, or make one with 'bridge register'.");
        }
    }

    private BridgeStopped unusable(String why) {
        return new BridgeStopped(
                ExitCode.KEY, "The key file " + file + " " + why + ".", "Make one with 'bridge register'.");
    }

    /** Whether users other than its owner may read it. */
    boolean isOpenToOthers() {
        try {
            return DurableFiles.isOpenToOthers(file);
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes the file before there is a key, so a key that is shown once has a place to go. */
    void reserve() {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null && Files.notExists(directory)) {
                DurableFiles.directory(directory);
            }
            DurableFiles.reserve(file);
        } catch (IOException e) {
            throw new BridgeStopped(
                    ExitCode.FILES,
                    "The key file " + file + " cannot be made: " + e,
                    "Name a new file in a writable directory; no token was used.");
        }
    }

    /** Writes the key. */
    void write(String key) {
        try {
            DurableFiles.replace(file, (key + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new BridgeStopped(
                    ExitCode.FILES,
                    "The key cannot be written to " + file + ": " + e,
                    "The registration token is used, and its runner has no key: ask an administrator to rotate that runner's key, or to make a new token.");
        }
    }

    /** Takes the reserved file away. */
    void release() {
        try {
            DurableFiles.delete(file);
        } catch (IOException e) {
            throw new BridgeStopped(
                    ExitCode.FILES, "The empty key file " + file + " cannot be removed: " + e, "Remove it.");
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
