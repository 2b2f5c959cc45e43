package dev.alloy.bench;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * What came out for one question.
 *
 * @param benchmark class and method
 * @param question what was asked
 * @param p50 half of the calls took at most this, in milliseconds
 * @param p90 nine of ten calls took at most this, in milliseconds
 * @param p99 99 of 100 calls took at most this, in milliseconds
 * @param samples how many calls were timed
 * @param taken how: forks, warm-up, measurement, threads
 * @param goalP50 the most that {@code p50} is to be, in milliseconds, or null when there is no goal
 */
record Answer(
        String benchmark,
        String question,
        double p50,
        double p90,
        double p99,
        long samples,
        String taken,
        @Nullable Double goalP50) {

    private static final double NANOS_PER_MICRO = 1_000;
    private static final double MICROS_PER_MILLI = 1_000;

    /** Reads what JMH has measured for a method with a {@link Question}. */
    static Answer of(RunResult result) {
        Method method = method(result.getParams().getBenchmark());
        Question question = method.getAnnotation(Question.class);
        if (question == null) {
            throw new IllegalStateException(method + " does not say which @Question it answers.");
        }
        Statistics statistics = result.getPrimaryResult().getStatistics();
        TimeUnit unit = result.getParams().getTimeUnit();
        return new Answer(
                method.getDeclaringClass().getSimpleName() + "." + method.getName(),
                question.value(),
                millis(statistics.getPercentile(50), unit),
                millis(statistics.getPercentile(90), unit),
                millis(statistics.getPercentile(99), unit),
                statistics.getN(),
                taken(result.getParams()),
                Double.isFinite(question.p50Millis()) ? question.p50Millis() : null);
    }

    /** Whether the goal is reached, or null when there is none. */
    @Nullable
    Boolean met() {
        return goalP50 == null ? null : p50 <= goalP50;
    }

    /** To the microsecond. */
    private static double millis(double value, TimeUnit unit) {
        return Math.rint(value * unit.toNanos(1) / NANOS_PER_MICRO) / MICROS_PER_MILLI;
    }

    private static String taken(BenchmarkParams how) {
        return "forks " + how.getForks() + ", warm-up " + spent(how.getWarmup()) + ", measured "
                + spent(how.getMeasurement()) + ", threads " + how.getThreads();
    }

    private static String spent(IterationParams iterations) {
        return iterations.getCount() + " x " + iterations.getTime();
    }

    private static Method method(String benchmark) {
        int dot = benchmark.lastIndexOf('.');
        try {
            return Arrays.stream(Class.forName(benchmark.substring(0, dot)).getMethods())
                    .filter(method -> method.getName().equals(benchmark.substring(dot + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
