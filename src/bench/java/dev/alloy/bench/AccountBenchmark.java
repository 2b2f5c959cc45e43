package dev.alloy.bench;

import dev.alloy.account.AccountInputs;
import dev.alloy.account.Accounting;
import dev.alloy.account.RunAccount;
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

/** How long does the account of a long run take to make, once the JVM is warm? Milliseconds an account, on one thread. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Benchmark)
public class AccountBenchmark {

    private final AccountInputs run = LongRun.material();

    /** From a result of 4 KB and a trace summary of 70 KB. */
    @Benchmark
    @Question(value = "make the account of a long run", p50Millis = 1)
    public RunAccount longRun() {
        return Accounting.of(run, null);
    }
}
