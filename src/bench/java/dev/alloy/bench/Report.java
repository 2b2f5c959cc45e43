package dev.alloy.bench;

import dev.alloy.bench.service.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run of benchmarks, as a table for people and as JSON to keep.
 *
 * @param at when it began
 * @param machine where it ran
 * @param commit what was measured, or empty when that is not known
 * @param answers one for each question about what happens within the JVM
 * @param figures one for each question about the running service
 */
record Report(Instant at, Machine machine, Optional<Commit> commit, List<Answer> answers, List<Figure> figures) {

    private static final JsonMapper INDENTED =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final DateTimeFormatter FILE_NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** A line for each question. */
    String table() {
        return (answers.isEmpty() ? "" : withinTheJvm()) + (figures.isEmpty() ? "" : ofTheService());
    }

    private String ofTheService() {
        int width = figures.stream()
                .mapToInt(figure -> figure.question().length())
                .max()
                .orElse(0);
        String row = "%-" + Math.max(width, "question".length()) + "s  %12s  %-10s  %-12s  %s%n";
        StringBuilder table = new StringBuilder();
        table.append(String.format(Locale.ROOT, row, "question", "figure", "unit", "goal", "met?"));
        for (Figure figure : figures) {
            table.append(String.format(
                    Locale.ROOT,
                    row,
                    figure.question(),
                    millis(figure.value()),
                    figure.unit(),
                    figure.goal() == null ? "none" : figure.goal(),
                    said(figure.met())));
        }
        return table.toString();
    }

    /** Times in milliseconds. */
    private String withinTheJvm() {
        int width = answers.stream()
                .mapToInt(answer -> answer.question().length())
                .max()
                .orElse(0);
        String row = "%-" + Math.max(width, "question".length()) + "s  %9s  %9s  %9s  %-12s  %s%n";
        StringBuilder table = new StringBuilder();
        table.append(String.format(Locale.ROOT, row, "question", "p50 ms", "p90 ms", "p99 ms", "goal", "met?"));
        for (Answer answer : answers) {
            table.append(String.format(
                    Locale.ROOT,
                    row,
                    answer.question(),
                    millis(answer.p50()),
                    millis(answer.p90()),
                    millis(answer.p99()),
                    answer.goalP50() == null ? "none" : "p50 <= " + plain(answer.goalP50()),
                    said(answer.met())));
        }
        return table.toString();
    }

    /**
     * Writes the JSON.
     *
     * @return the new file, named for when the run began
     */
    Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("bench-" + FILE_NAME.format(at) + ".json");
        Files.write(file, INDENTED.writeValueAsBytes(json()));
        return file;
    }

    private ObjectNode json() {
        ObjectNode report = INDENTED.createObjectNode().put("at", at.toString());
        report.put("commit", commit.map(Commit::id).orElse(null));
        report.put("changed_since_commit", commit.map(Commit::changed).orElse(null));
        report.putObject("machine")
                .put("cpus", machine.cpus())
                .put("cpu_model", machine.cpuModel())
                .put("memory_bytes", machine.memoryBytes())
                .put("load_before", machine.load())
                .put("os", machine.os())
                .put("jdk", machine.jdk());
        var list = report.putArray("answers");
        for (Answer answer : answers) {
            list.addObject()
                    .put("benchmark", answer.benchmark())
                    .put("question", answer.question())
                    .put("p50_ms", answer.p50())
                    .put("p90_ms", answer.p90())
                    .put("p99_ms", answer.p99())
                    .put("samples", answer.samples())
                    .put("taken", answer.taken())
                    .put("goal_p50_ms", answer.goalP50())
                    .put("met", answer.met());
        }
        var service = report.putArray("figures");
        for (Figure figure : figures) {
            service.addObject()
                    .put("question", figure.question())
                    .put("value", figure.value())
                    .put("unit", figure.unit())
                    .put("goal", figure.goal())
                    .put("met", figure.met());
        }
        return report;
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static String said(@Nullable Boolean met) {
        if (met == null) {
            return "-";
        }
        return met ? "yes" : "no";
    }
}
