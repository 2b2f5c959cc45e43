package dev.alloy.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads gates from a project's gate file and runs them, one after another, with {@code sh -c}. Source: foundry.md, “Files”. */
final class GateRunner {

    static final String NAME = ".hone-gates.json";

    private static final int DEFAULT_TIMEOUT_SECONDS = 300;
    private static final int LINES = 200;

    private GateRunner() {}

    /**
     * The gates as event payloads have them. No file is no gates.
     *
     * @throws IOException when one entry lacks a member: the whole file is refused
     */
    static ArrayNode read(Path project) throws IOException {
        ArrayNode gates = JsonNodeFactory.instance.arrayNode();
        Path file = project.resolve(NAME);
        if (!Files.exists(file)) {
            return gates;
        }
        JsonNode read;
        try {
            read = JsonMapper.shared().readTree(Files.readString(file)).path("gates");
        } catch (JacksonException e) {
            throw new IOException("malformed JSON in " + file, e);
        }
        if (!read.isArray()) {
            throw new IOException("malformed JSON in " + file);
        }
        for (JsonNode gate : read) {
            if (!gate.path("name").isString()
                    || !gate.path("command").isString()
                    || !gate.path("required").isBoolean()) {
                throw new IOException("malformed JSON in " + file);
            }
            ObjectNode told = gates.addObject()
                    .put("name", gate.path("name").stringValue())
                    .put("command", gate.path("command").stringValue())
                    .put("required", gate.path("required").booleanValue());
            if (gate.path("timeout").isInt()) {
                told.put("timeout_secs", gate.path("timeout").intValue());
            }
        }
        return gates;
    }

    /** Runs them all; one that fails does not keep the others from running. */
    static Results run(JsonNode gates, Path project) throws IOException, InterruptedException {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        boolean all = true;
        boolean required = true;
        for (JsonNode gate : gates) {
            ObjectNode result = run(gate, project, results.addObject());
            boolean passed = result.path("passed").booleanValue();
            all &= passed;
            required &= passed || !result.path("required").booleanValue();
        }
        return new Results(results, all, required);
    }

    record Results(ArrayNode entries, boolean allPassed, boolean requiredPassed) {}

    private static ObjectNode run(JsonNode gate, Path project, ObjectNode result)
            throws IOException, InterruptedException {
        String command = gate.path("command").asString("");
        Path output = Files.createTempFile("gate", ".out");
        Path errors = Files.createTempFile("gate", ".err");
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .directory(project.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(gate.path("timeout_secs").asInt(DEFAULT_TIMEOUT_SECONDS), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            int exit = ended ? process.exitValue() : -1;
            String said = ended
                    ? lastLines(Files.readString(output) + "\n" + Files.readString(errors))
                    : "gate execution error: command timed out";
            return result.put("command", command)
                    .put("exit_code", exit)
                    .put("name", gate.path("name").asString(""))
                    .put("output", said)
                    .put("passed", exit == 0)
                    .put("required", gate.path("required").asBoolean(false));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private static String lastLines(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()))
                .trim();
    }
}
