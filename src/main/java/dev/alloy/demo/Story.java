package dev.alloy.demo;

import static dev.alloy.demo.DemoApi.text;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * What the demo shows a newcomer, in lines of ASCII, since not every terminal can do more. All of it comes from the API's answers.
 *
 * @param lines may hold the bootstrap token: for standard output, never for a log
 */
record Story(List<String> lines) {

    /** The whole story, when the run has come to its end. */
    static Story told(JsonNode brief, JsonNode run, JsonNode evidence, JsonNode audit, Links links) {
        JsonNode answers = audit.path("answers");
        JsonNode approval = answers.path("approved_by").path("value");
        JsonNode totals = evidence.path("totals");
        JsonNode verdict = audit.path("exact_snapshot");
        List<String> lines = new ArrayList<>();
        lines.add(
                "Alloy has played its worked example through its own HTTP API. Foundry was simulated; no repository was"
                        + " touched.");
        lines.add(row(
                "Brief",
                text(brief, "id") + " v" + text(brief, "version") + " of project " + text(brief, "project_id") + ", "
                        + text(brief, "digest").substring(0, 19) + "..., for Foundry "
                        + text(answers.path("foundry_version").path("value"), "version")));
        lines.add(row(
                "Approval",
                text(approval, "scope") + " at revision " + text(approval, "repo_revision") + " by "
                        + text(approval, "approved_by") + "; requested by " + text(run, "requested_by")));
        lines.add(row(
                "Run",
                text(run, "status") + " on attempt " + text(run, "attempts") + " by runner "
                        + text(answers.path("runner").path("value"), "name") + ", Foundry run "
                        + text(run, "foundry_run_id")));
        lines.add(row("Simulated", simulated(evidence.path("items")) + "; proven: nothing"));
        lines.add(row(
                "Evidence",
                text(totals, "required") + " required: " + text(totals, "passing") + " passing, "
                        + text(totals, "failing") + " failing, " + text(totals, "unknown") + " unknown"));
        for (JsonNode item : evidence.path("items")) {
            if (item.path("required").asBoolean()) {
                String said = text(item, "simulated_status");
                lines.add(row(
                        "",
                        text(item, "status") + (said.isEmpty() ? "" : " (simulated: " + said + ")") + ": "
                                + text(item, "statement")));
            }
        }
        lines.add(row("Audit", "exact snapshot " + text(verdict, "verdict") + ", " + checks(verdict.path("checks"))));
        lines.add(row("See", links.run(text(run, "id"))));
        lines.add(row("", links.run(text(run, "id")) + "/report"));
        lines.add(row("Try", links.swaggerUi()));
        lines.add(row("Token", token(links)));
        return new Story(lines);
    }

    /** For every start after the one that ended the demo. */
    static Story retold(JsonNode finished, Links links) {
        String id = text(finished, "run_request_id");
        return new Story(List.of(
                "The demo has been played (" + text(finished, "status") + "): " + links.run(id) + "/report",
                "API: " + links.swaggerUi() + " with the bearer token in " + links.tokenPlace()));
    }

    /** Prints in one piece, so that no log line stands in the middle. */
    void print(PrintStream out) {
        String text = lines.stream().map(line -> "  " + line).collect(Collectors.joining(System.lineSeparator()));
        out.println(System.lineSeparator() + text + System.lineSeparator());
        out.flush();
    }

    private static String token(Links links) {
        String token = links.generatedToken();
        return token == null
                ? "to sign in, and as bearer for every call: see " + links.tokenPlace()
                : token + " (to sign in, and as bearer for every call; kept in " + links.tokenPlace() + ")";
    }

    /** What the simulation said of the evidence; nothing ran, so it proves none of it. */
    private static String simulated(JsonNode items) {
        return count(items, "passing") + " passed, " + count(items, "failing") + " failed";
    }

    private static long count(JsonNode items, String simulatedStatus) {
        return StreamSupport.stream(items.spliterator(), false)
                .filter(item -> text(item, "simulated_status").equals(simulatedStatus))
                .count();
    }

    private static String checks(JsonNode checks) {
        long passed = StreamSupport.stream(checks.spliterator(), false)
                .filter(check -> check.path("passed").asBoolean())
                .count();
        return passed + " of " + checks.size() + " checks passed";
    }

    private static String row(String name, String text) {
        return String.format("%-9s %s", name, text);
    }
}
