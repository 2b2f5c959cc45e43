package dev.alloy.bench;

import dev.alloy.bench.service.Figure;
import dev.alloy.bench.service.ServiceBenchmark;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks that are asked for and reports. A goal that is missed is reported and fails nothing; a benchmark that
 * breaks does.
 */
public final class Benchmarks {

    private Benchmarks() {}

    /**
     * Runs.
     *
     * @param arguments the directory to write to; a regular expression that finds class and method of each benchmark to
     *     run; any options for JMH
     */
    public static void main(String[] arguments) throws Exception {
        Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Machine machine = Machine.here();
        Optional<Commit> commit = Commit.checkedOut();
        Options options = new OptionsBuilder()
                .parent(new CommandLineOptions(Arrays.copyOfRange(arguments, 2, arguments.length)))
                .include(arguments[1])
                .shouldFailOnError(true)
                .build();
        Pattern wanted = Pattern.compile(arguments[1]);
        List<ServiceBenchmark> ofTheService = ServiceBenchmark.all().stream()
                .filter(benchmark ->
                        wanted.matcher(benchmark.getClass().getSimpleName()).find())
                .toList();
        List<Answer> answers = withinTheJvm(options, !ofTheService.isEmpty());
        List<Figure> figures = new ArrayList<>();
        for (ServiceBenchmark benchmark : ofTheService) {
            List<Figure> measured = benchmark.measure();
            // Some take minutes, and one of the next may fail.
            measured.forEach(System.out::println);
            figures.addAll(measured);
        }

        Report report = new Report(start, machine, commit, answers, figures);
        Path file = report.write(Path.of(arguments[0]));
        System.out.printf(
                "%n%s%n%s, %d cpus, JDK %s%n", report.table(), machine.cpuModel(), machine.cpus(), machine.jdk());
        System.out.printf("Written to %s%n", file);
    }

    private static List<Answer> withinTheJvm(Options options, boolean mayBeNone) throws RunnerException {
        try {
            return new Runner(options).run().stream().map(Answer::of).toList();
        } catch (NoBenchmarksException e) {
            if (mayBeNone) {
                return List.of();
            }
            throw e;
        }
    }
}
