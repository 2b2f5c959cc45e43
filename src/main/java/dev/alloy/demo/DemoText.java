package dev.alloy.demo;

import static dev.alloy.demo.DemoApi.text;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * What the demo shows a newcomer, in lines of ASCII, since not every terminal can do more. All of it comes from the API's answers.
 *
 * @param lines may hold the bootstrap token: for standard output, never for a log
 */
record DemoText(List<String> lines) {

    /** The whole story, when the run has come to its end. */
    static DemoText told(JsonNode brief, JsonNode run, JsonNode evidence, JsonNode audit, Links links) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Alloy played its worked example through its own HTTP API. Foundry was simulated; no repository was touched.");
        lines.add("");
        asked(lines, brief, run, audit);
        lines.add("");
        proved(lines, evidence, audit);
        lines.add("");
        leadsOn(lines, text(run, "id"), links);
        return new DemoText(lines);
    }

    /** What the run was for, and who decided what. */
    private static void asked(List<String> lines, JsonNode brief, JsonNode run, JsonNode audit) {
        JsonNode intent = brief.path("source_intent_snapshot");
        JsonNode answers = audit.path("answers");
        JsonNode approval = answers.path("approved_by").path("value");
        lines.add(row("Wanted", text(intent.path("mission"), "objective")));
        rows(lines, "Protected", intent.path("protected_capabilities"), capability -> text(capability, "statement"));
        lines.add(row(
                "Compiled",
                "by " + text(brief, "created_by") + " into brief " + text(brief, "id") + " ("
                        + text(brief, "digest").substring(0, 19) + "...)"));
        lines.add(row(
                "",
                "with its prompts and " + brief.path("gate_overlays").size() + " gate overlays, for Foundry "
                        + text(answers.path("foundry_version").path("value"), "version")));
        lines.add(row(
                "Approved",
                "by " + text(approval, "approved_by") + ": a " + text(approval, "scope")
                        + " of exactly this, at revision " + text(approval, "repo_revision") + "; "
                        + text(run, "requested_by") + " had asked for it"));
        lines.add(row(
                "Ran",
                "on runner " + text(answers.path("runner").path("value"), "name") + ", attempt " + text(run, "attempts")
                        + ", simulated: " + text(run, "status")));
    }

    /** What the simulation said, what that proves, and what is missing. */
    private static void proved(List<String> lines, JsonNode evidence, JsonNode audit) {
        JsonNode totals = evidence.path("totals");
        JsonNode verdict = audit.path("exact_snapshot");
        lines.add(row("Simulated", simulated(evidence.path("items"))));
        lines.add(row(
                "Proven", "nothing: no gate ran and no code was read. A simulation shows the way, not the result."));
        lines.add(row(
                "Missing",
                text(totals, "unknown") + " of " + text(totals, "required")
                        + " required pieces of evidence are unknown:"));
        for (JsonNode item : evidence.path("items")) {
            if (item.path("required").asBoolean()) {
                lines.add(row("", "- " + text(item, "statement") + " (" + text(item, "status") + ")"));
            }
        }
        lines.add(row(
                "Audit",
                "was what ran what was approved? " + text(verdict, "verdict") + ", " + checks(verdict.path("checks"))));
    }

    private static void leadsOn(List<String> lines, String run, Links links) {
        lines.add(row("Look", links.run(run) + "  this run, in the console"));
        lines.add(row("", links.reportPage(run) + "  its report"));
        lines.add(row("", links.inbox() + "  your inbox"));
        links.swaggerUi().ifPresent(address -> lines.add(row("", address + "  the API, to try")));
        lines.add(row("Token", token(links)));
        lines.add(row("Next", "read its report, then ask for a run of your own: docs/walk.md (ten minutes)"));
        lines.add(row("", links.report(run)));
    }

    /** For every start after the one that ended the demo. */
    static DemoText retold(JsonNode finished, Links links) {
        String id = text(finished, "run_request_id");
        List<String> lines = new ArrayList<>();
        lines.add("The worked example has been played already (" + text(finished, "status") + ").");
        lines.add(row("Look", links.run(id) + "  this run, in the console"));
        links.swaggerUi().ifPresent(address -> lines.add(row("", address + "  the API, to try")));
        lines.add(row("Token", "in " + links.tokenPlace()));
        lines.add(row("Next", "ask for a run of your own: docs/walk.md (ten minutes)"));
        return new DemoText(lines);
    }

    /** Prints in one piece, so no log line stands in the middle. */
    void print(PrintStream out) {
        String text = lines.stream()
                .map(line -> line.isEmpty() ? "" : "  " + line)
                .collect(Collectors.joining(System.lineSeparator()));
        out.println(System.lineSeparator() + text + System.lineSeparator());
        out.flush();
    }

    private static String token(Links links) {
        String token = links.generatedToken();
        return token == null
                ? "in " + links.tokenPlace() + ": sign in with it, and send it as bearer token"
                : token + " (sign in with it, and send it as bearer token; kept in " + links.tokenPlace() + ")";
    }

    private static String simulated(JsonNode items) {
        List<String> said = new ArrayList<>();
        for (String status : List.of("passing", "failing")) {
            List<String> of = StreamSupport.stream(items.spliterator(), false)
                    .filter(item -> text(item, "simulated_status").equals(status))
                    .map(item -> text(item, "key"))
                    .toList();
            if (!of.isEmpty()) {
                said.add(String.join(", ", of) + " as " + status);
            }
        }
        return said.isEmpty()
                ? "nothing about the evidence"
                : "the gates, which reported " + String.join(" and ", said);
    }

    private static void rows(List<String> lines, String name, JsonNode items, Function<JsonNode, String> text) {
        boolean first = true;
        for (JsonNode item : items) {
            lines.add(row(first ? name : "", text.apply(item)));
            first = false;
        }
    }

    private static String checks(JsonNode checks) {
        long passed = StreamSupport.stream(checks.spliterator(), false)
                .filter(check -> check.path("passed").asBoolean())
                .count();
        return passed + " of " + checks.size() + " checks passed";
    }

    private static String row(String name, String text) {
        return String.format("%-10s %s", name, text);
    }
}
