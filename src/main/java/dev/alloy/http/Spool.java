package dev.alloy.http;

import dev.alloy.contract.Digest;
import dev.alloy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Files for bodies that are too large for memory. Bounded in number, so they cannot fill the disk. */
class Spool {

    private static final int PATIENCE_SECONDS = 10;

    private final int limit;
    private final Duration grace;
    private final Semaphore slots;

    /**
     * @param limit bytes of the largest body
     * @param slots how many bodies there may be at a time
     * @param grace after which a body has to come at a pace
     */
    Spool(int limit, int slots, Duration grace) {
        this.limit = limit;
        this.grace = grace;
        this.slots = new Semaphore(slots, true);
    }

    /** Waits for a place; refused with {@code unavailable} when none becomes free for some seconds. */
    Slot enter() {
        try {
            if (slots.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return new Slot();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw ProblemType.UNAVAILABLE.because("Too many large bodies are being read already.");
    }

    /** A place for one body; closing it removes the body's file. */
    final class Slot implements AutoCloseable {

        private @Nullable Path file;

        SpooledBody read(HttpServletRequest request) throws IOException {
            Path made = Files.createTempFile("alloy-body-", ".tmp");
            file = made;
            MessageDigest sha256 = Digest.sha256();
            try (var target = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(made)), sha256)) {
                BodyReader.copy(request, limit, grace, target);
            }
            return new SpooledBody(made, Digest.of(sha256), Files.size(made));
        }

        @Override
        public void close() throws IOException {
            slots.release();
            if (file != null) {
                Files.deleteIfExists(file);
            }
        }
    }
}
