package dev.alloy.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.springframework.core.io.ClassPathResource;

/** What the document takes from files of the jar, under {@code /openapi}. */
final class Resources {

    private Resources() {}

    /** A file that is there. */
    static byte[] required(String name) {
        return optional(name).orElseThrow(() -> new IllegalStateException("No resource openapi/" + name));
    }

    /** A file that may be there. */
    static Optional<byte[]> optional(String name) {
        var resource = new ClassPathResource("openapi/" + name);
        if (!resource.exists()) {
            return Optional.empty();
        }
        try (InputStream in = resource.getInputStream()) {
            return Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
