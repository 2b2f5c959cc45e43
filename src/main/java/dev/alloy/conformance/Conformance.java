package dev.alloy.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tests runners against the protocol. Each scenario starts the runner as a process, with a fake server and a fake
 * Foundry. Source: docs/runner-protocol.md.
 */
public final class Conformance {

    private static final int DELETIONS = 50;
    private static final Duration BETWEEN_DELETIONS = Duration.ofMillis(20);

    private static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

    static {
        Stream.of(
                        OrdinaryScenarios.all(),
                        RefusalScenarios.all(),
                        LeaseScenarios.all(),
                        ReportScenarios.all(),
                        WitnessScenarios.all(),
                        CrashScenarios.all())
                .flatMap(List::stream)
                .forEach(scenario -> SCENARIOS.put(scenario.name(), scenario));
    }

    private final List<String> command;
    private Duration patience = Duration.ofSeconds(30);
    private int parallel = 6;
    private @Nullable Path kept;

    private Conformance(List<String> command) {
        this.command = List.copyOf(command);
    }

    /**
     * Of the runner that is started so.
     *
     * @param command program and arguments; may hold {@code {server} {key-file} {workdir} {state} {foundry} {registry} {traces} {events}}
     */
    public static Conformance of(List<String> command) {
        return new Conformance(command);
    }

    /** The names of all scenarios, and what each is about. */
    public static Map<String, String> scenarios() {
        Map<String, String> stories = new LinkedHashMap<>();
        SCENARIOS.forEach((name, scenario) -> stories.put(name, scenario.story()));
        return stories;
    }

    /** How long is waited for what has to come; 30 seconds unless said otherwise. */
    public Conformance patience(Duration longest) {
        patience = longest;
        return this;
    }

    /** How many scenarios are played at once; 6 unless said otherwise. */
    public Conformance parallel(int many) {
        parallel = many;
        return this;
    }

    /** Where each scenario's directory is left for a person to look at; thrown away unless said otherwise. */
    public Conformance keep(@Nullable Path directory) {
        kept = directory;
        return this;
    }

    /** Plays one scenario. */
    public Verdict play(String name) throws IOException, InterruptedException {
        Scenario scenario = SCENARIOS.get(name);
        if (scenario == null) {
            throw new IllegalArgumentException("There is no scenario " + name);
        }
        Path home = kept == null
                ? Files.createTempDirectory("conformance-" + name + "-")
                : Files.createDirectories(kept.toAbsolutePath().resolve(name));
        long began = System.nanoTime();
        try (ScenarioWorld stage = new ScenarioWorld(home.toRealPath(), command, patience)) {
            try {
                scenario.play().on(stage);
            } catch (IOException | InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            new ScenarioRules(stage).check();
            return new Verdict(
                    name, List.copyOf(stage.complaints()), (System.nanoTime() - began) / 1e9, stage.lastWords());
        } finally {
            if (kept == null) {
                delete(home);
            }
        }
    }

    /** Plays these scenarios, several at once; verdicts in the order of the names. */
    public List<Verdict> play(List<String> names) throws IOException, InterruptedException {
        return play(names, verdict -> {});
    }

    /** The same, and tells each verdict as soon as it is there, one at a time. */
    List<Verdict> play(List<String> names, Consumer<Verdict> told) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, parallel));
        try {
            List<Future<Verdict>> futures = new ArrayList<>();
            for (String name : names) {
                futures.add(threads.submit(() -> {
                    Verdict verdict = play(name);
                    synchronized (told) {
                        told.accept(verdict);
                    }
                    return verdict;
                }));
            }
            List<Verdict> verdicts = new ArrayList<>();
            for (Future<Verdict> future : futures) {
                verdicts.add(future.get());
            }
            return verdicts;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** What a runner that was killed had started may write there for a moment more. What stays in spite of all, stays: it is temporary. */
    private static void delete(Path home) {
        for (int left = DELETIONS; left > 0 && !isDeleted(home); left--) {
            LockSupport.parkNanos(BETWEEN_DELETIONS.toNanos());
        }
    }

    private static boolean isDeleted(Path home) {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path one : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
