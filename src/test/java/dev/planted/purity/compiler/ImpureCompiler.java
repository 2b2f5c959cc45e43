package dev.planted.purity.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

@Component
class ImpureCompiler {

    Class<?> component() {
        return Component.class;
    }

    String file() throws IOException {
        return Files.readString(Path.of("brief.json"));
    }

    Object network() throws IOException {
        return InetAddress.getLocalHost();
    }

    Object chance() {
        return UUID.randomUUID();
    }

    Instant moment() {
        return Instant.now();
    }

    Supplier<Instant> momentByReference() {
        return Instant::now;
    }

    String machine() {
        return System.lineSeparator();
    }

    InputStream resource() {
        return ImpureCompiler.class.getResourceAsStream("brief.json");
    }
}
