package dev.alloy.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Every word on a gate, by every witness, under every contradiction: what becomes of the evidence is drawn into a document. */
class AccountTableTests {

    private static final Path DOCUMENT = Path.of("docs/account.md");
    private static final String REWRITE = "alloy.docs.write";
    private static final String FROM = "<!-- drawn by AccountTableTests: from here -->\n";
    private static final String TO = "<!-- to here -->";

    private static final Map<String, UnaryOperator<Given>> REPORTS = new LinkedHashMap<>();
    private static final Map<String, UnaryOperator<Given>> TRACES = new LinkedHashMap<>();
    private static final Map<String, UnaryOperator<Given>> CONTRADICTIONS = new LinkedHashMap<>();

    static {
        REPORTS.put("silent", given -> given);
        REPORTS.put("passed", given -> given.reports("tests", "passed"));
        REPORTS.put("failed", given -> given.reports("tests", "failed"));
        REPORTS.put("skipped", given -> given.reports("tests", "skipped"));
        REPORTS.put("other command passed", given -> given.reports("tests", "verify", "passed", "true", true));
        TRACES.put("none", given -> given);
        TRACES.put("passed", given -> given.trace(verified(true, Given.COMMAND)));
        TRACES.put("failed", given -> given.trace(verified(false, Given.COMMAND)));
        TRACES.put("other command passed", given -> given.trace(verified(true, "true")));
        TRACES.put(
                "without the gate",
                given -> given.trace(new TraceSummary().verification(true).gate("other", true, "make")));
        TRACES.put("cut off", given -> given.trace(verified(true, Given.COMMAND).cut()));
        TRACES.put("a person's: passed", given -> given.trace(verified(true, Given.COMMAND), Witness.PERSON));
        TRACES.put("a person's: failed", given -> given.trace(verified(false, Given.COMMAND), Witness.PERSON));
        CONTRADICTIONS.put("none", given -> given);
        CONTRADICTIONS.put("simulated", given -> given.change(one -> one.put("simulated", true)));
        CONTRADICTIONS.put("another snapshot", given -> given.change(one -> one.put("brief_id", "brief_2")));
        CONTRADICTIONS.put(
                "own trace of another throttle", given -> given.mismatched("The throttle is audit_only, not full."));
        CONTRADICTIONS.put("commit on another branch", given -> given.oneCommit()
                .change(one -> ((ObjectNode) one.path("observed")).put("branch_after", "other")));
        CONTRADICTIONS.put("commit, HEAD unmoved", given -> given.trace(new TraceSummary()
                        .verification(true)
                        .gate("tests", true, Given.COMMAND)
                        .commit())
                .observed("{\"head_before\":\"abc123\",\"head_after\":\"abc123\"}"));
        CONTRADICTIONS.put("fatal block", given -> given.change(one -> one.putArray("foundry_errors")
                        .addObject()
                        .put("block", "Commit and Push")
                        .put("message", "no identity"))
                .trace(new TraceSummary()
                        .verification(true)
                        .gate("tests", true, Given.COMMAND)
                        .failed("Commit and Push", "no identity", true)));
        CONTRADICTIONS.put(
                "gate file changed",
                given -> given.change(one -> ((ObjectNode) one.path("changes"))
                        .put("gate_file_digest_before", "sha256:" + "a".repeat(64))
                        .put("gate_file_digest_after", "sha256:" + "b".repeat(64))));
        CONTRADICTIONS.put("conflicting report: passed", given -> given.conflict());
        CONTRADICTIONS.put("conflicting report: failed", given -> given.conflict("tests"));
    }

    private static TraceSummary verified(boolean passed, String command) {
        return new TraceSummary().verification(passed).gate("tests", passed, command);
    }

    private record Row(String contradiction, String report, String trace, Supplier<Given> given, RunAccount account) {

        Row like(String anyReport, String anyTrace) {
            return new Row(contradiction, anyReport, anyTrace, given, account);
        }

        String line() {
            EvidenceStanding item = account.items().get(0);
            Cause cause = account.cause();
            return "| %s | %s | %s | **%s** | %s | %s | %s |"
                    .formatted(
                            contradiction,
                            report,
                            trace,
                            item.status(),
                            item.witness().wire(),
                            account.status()
                                    + (cause == null ? "" : " `" + cause.category() + "/" + cause.code() + "`"),
                            account.verdict().name());
        }
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        CONTRADICTIONS.forEach(
                (contradiction, contradict) -> REPORTS.forEach((report, tell) -> TRACES.forEach((trace, show) -> {
                    Supplier<Given> given = () -> contradict.apply(
                            show.apply(tell.apply(new Given().mutating("full").testsRequired())));
                    rows.add(new Row(
                            contradiction, report, trace, given, given.get().account()));
                })));
        return rows;
    }

    /** Where a contradiction leaves nothing to the words, one line says so; likewise where the report leaves nothing to the trace. */
    private static List<String> folded(List<Row> rows) {
        Map<String, List<Row>> byContradiction = rows.stream()
                .collect(Collectors.groupingBy(Row::contradiction, LinkedHashMap::new, Collectors.toList()));
        List<String> lines = new ArrayList<>();
        byContradiction.values().forEach(ofOne -> {
            if (areAlike(ofOne)) {
                lines.add(ofOne.get(0).like("any", "any").line());
            } else {
                ofOne.stream()
                        .collect(Collectors.groupingBy(Row::report, LinkedHashMap::new, Collectors.toList()))
                        .values()
                        .forEach(ofReport -> lines.addAll(
                                areAlike(ofReport)
                                        ? List.of(ofReport.get(0)
                                                .like(ofReport.get(0).report(), "any")
                                                .line())
                                        : ofReport.stream().map(Row::line).toList()));
            }
        });
        return lines;
    }

    private static boolean areAlike(List<Row> rows) {
        return rows.stream()
                        .map(row -> row.like("any", "any").line())
                        .distinct()
                        .count()
                == 1;
    }

    @Test
    void theDocumentShowsWhatTheCodeDoes() throws IOException {
        String table = "| contradiction | report | trace | evidence | witness | recorded | exact snapshot |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |\n"
                + String.join("\n", folded(rows())) + "\n";
        String document = Files.readString(DOCUMENT);
        int from = document.indexOf(FROM) + FROM.length();
        String drawn = document.substring(0, from) + table + document.substring(document.indexOf(TO));
        if (Boolean.getBoolean(REWRITE)) {
            Files.writeString(DOCUMENT, drawn);
        }
        assertThat(Files.readString(DOCUMENT))
                .as(
                        "%s is not what the code does; run ./mvnw -Dtest=AccountTableTests -D%s=true test and commit it",
                        DOCUMENT, REWRITE)
                .isEqualTo(drawn);
    }

    /** The rules of the table in two sentences, over all of it. */
    @Test
    void nothingPassesAgainstAWordOfFailureOrAContradiction() {
        for (Row row : rows()) {
            boolean failed = row.report().equals("failed") || row.trace().endsWith("failed");
            boolean other = row.report().startsWith("other") || row.trace().startsWith("other");
            boolean doubted =
                    !row.contradiction().equals("none") && !row.contradiction().equals("gate file changed");
            String status = row.account().items().get(0).status();
            if (failed
                    || other
                    || doubted
                    || row.trace().equals("cut off")
                    || row.trace().equals("without the gate")) {
                assertThat(status).as(row.line()).isNotEqualTo("passing");
                assertThat(row.account().status()).as(row.line()).isNotEqualTo("completed");
            }
            if (row.report().equals("silent")
                    && row.trace().equals("none")
                    && !row.contradiction().contains("HEAD")) {
                assertThat(status).as(row.line()).isIn("unknown", "failing");
            }
        }
    }

    /** Whatever a person uploads later, or whoever reports again, never makes it better. */
    @Test
    void aLaterWordNeverLiftsAFailureOrAContradiction() {
        for (Row row : rows()) {
            RunAccount later = row.given()
                    .get()
                    .trace(verified(true, Given.COMMAND), Witness.PERSON)
                    .after(row.account());
            String before = row.account().items().get(0).status();
            boolean silence = before.equals("unknown")
                    && row.contradiction().matches("none|gate file changed")
                    && row.report().equals("silent")
                    && row.trace().equals("none");
            if (!silence && !before.equals("passing")) {
                assertThat(later.items().get(0).status()).as(row.line()).isNotEqualTo("passing");
            }
            assertThat(later.status()).as(row.line()).isEqualTo(row.account().status());
        }
    }
}
