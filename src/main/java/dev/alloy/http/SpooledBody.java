package dev.alloy.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A body that is too large for memory: a handler that takes one gets its bytes as a file that is there until the request has been
 * answered. A content coding is undone already.
 *
 * @param file the bytes
 * @param digest their digest, {@code sha256:…}
 * @param size how many
 */
public record SpooledBody(Path file, String digest, long size) {

    /** The bytes from the first to the last; to be closed by the caller. */
    public InputStream open() throws IOException {
        return new BufferedInputStream(Files.newInputStream(file));
    }
}
