package dev.alloy.bench;

import dev.alloy.compiler.Compilation;
import dev.alloy.compiler.Compiler;
import dev.alloy.compiler.CompilerInput;
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

/** How long does a large intent take to compile, once the JVM is warm? Milliseconds a compilation, checks included. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Benchmark)
public class CompileBenchmark {

    private final CompilerInput example = TenfoldExample.forManifest("capability-manifest");
    private final CompilerInput foundry = TenfoldExample.forManifest("capability-manifest-foundry-0.13.0");

    /** For an installation that resolves briefs and prompt packs. */
    @Benchmark
    @Question(value = "compile the worked example x10", p50Millis = 5)
    public Compilation workedExample() {
        return Compiler.compile(example);
    }

    /** For Foundry 0.13.0, which resolves none of them: more is lowered. */
    @Benchmark
    @Question(value = "compile the worked example x10 for Foundry 0.13.0", p50Millis = 5)
    public Compilation foundry0130() {
        return Compiler.compile(foundry);
    }
}
