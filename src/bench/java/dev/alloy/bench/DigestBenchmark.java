package dev.alloy.bench;

import dev.alloy.contract.Digest;
import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;

/** How long does a large document take to digest, once the JVM is warm? Milliseconds a document of 1 MiB. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Benchmark)
public class DigestBenchmark {

    private static final int ONE_MIB = 1 << 20;

    private final byte[] received = MixedDocument.ofSize(ONE_MIB);
    private final JsonNode document = MixedDocument.read(received);

    /** Canonical form and SHA-256 of a document in memory. */
    @Benchmark
    @Question(value = "digest a document of 1 MiB", p50Millis = 20)
    public String digest() {
        return Digest.of(document);
    }

    /** The same from its bytes: strict reading comes first. */
    @Benchmark
    @Question("read 1 MiB strictly and digest it")
    public String readAndDigest() throws UnreadableJson {
        return Digest.of(StrictJson.read(received));
    }
}
