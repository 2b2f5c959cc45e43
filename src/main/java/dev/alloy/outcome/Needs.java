package dev.alloy.outcome;

import dev.alloy.contract.foundry.Redaction;
import dev.alloy.outcome.Interpretation.Need;
import dev.alloy.outcome.Interpretations.Material;
import dev.alloy.run.Failure;
import dev.alloy.run.RunRequest;
import dev.alloy.trace.JudgedTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Finds what a run leaves to people. Pure. */
final class Needs {

    private static final int LONGEST = 500;

    private Needs() {}

    /** What needs somebody, the most pressing first. */
    static List<Need> of(Material material) {
        List<Need> needs = new ArrayList<>();
        state(material, needs);
        snapshot(material, needs);
        findings(material, needs);
        claim(material, needs);
        traces(material, needs);
        evidence(material, needs);
        return List.copyOf(needs);
    }

    private static void state(Material material, List<Need> needs) {
        RunRequest run = material.run();
        switch (run.status()) {
            case AWAITING_APPROVAL ->
                needs.add(new Need(
                        "The run waits for an approval that fits.",
                        "Approve the brief, or cancel the run.",
                        material.path() + "/dispatch-explanation"));
            case LOST ->
                needs.add(new Need(
                        "The run is lost: it may have changed the repository.",
                        "Look at the repository, and resolve the run.",
                        material.path()));
            default -> {
                if (run.parkedAt() != null) {
                    needs.add(new Need(
                            "The run is parked: " + run.parkedReason() + ".",
                            "Mend the cause and requeue the run.",
                            material.path() + "/dispatch-explanation"));
                }
            }
        }
        Failure failure = run.failure();
        if (failure != null) {
            needs.add(new Need(
                    "The run failed (" + failure.category() + "/" + failure.code() + "): "
                            + Redaction.text(failure.message(), LONGEST),
                    "Possible: " + String.join(", ", failure.recoveryActions()) + ".",
                    material.path()));
        }
    }

    private static void snapshot(Material material, List<Need> needs) {
        if (material.run().status().isTerminal()
                && !material.snapshot().verdict().equals("proven")) {
            needs.add(new Need(
                    "It is " + material.snapshot().verdict() + " that exactly what was approved was executed. "
                            + material.snapshot().because(),
                    "Read the checks of the audit answer.",
                    material.path() + "/audit"));
        }
    }

    private static void findings(Material material, List<Need> needs) {
        for (JsonNode finding : material.findings()) {
            needs.add(new Need(
                    Redaction.text(finding.path("detail").asString(""), LONGEST),
                    "Find out what weakened the gate before anything of this run is used.",
                    result(material)));
        }
    }

    private static String result(Material material) {
        RunResult result = material.result();
        return result == null ? material.path() : "/api/run-results/" + result.id();
    }

    private static void claim(Material material, List<Need> needs) {
        RunResult result = material.result();
        if (result != null && !result.status().equals(result.claimedStatus())) {
            needs.add(new Need(
                    "The result claims " + result.claimedStatus() + "; it is recorded as " + result.status() + ".",
                    "Read the checks, gates and findings of the result.",
                    result(material)));
        }
    }

    private static void traces(Material material, List<Need> needs) {
        JudgedTrace believed = material.believed();
        if (believed != null && material.result() != null) {
            Contradictions.between(believed, material.changes())
                    .forEach(sentence -> needs.add(new Need(
                            Redaction.text(sentence, LONGEST),
                            "Compare the trace with the repository.",
                            "/api/trace-imports/" + believed.kept().id())));
        }
        material.traces().stream()
                .filter(trace -> !trace.believed())
                .limit(5)
                .forEach(trace -> needs.add(new Need(
                        "A trace was sent that is not believed: " + why(trace),
                        "Send the trace of this run, or leave it.",
                        "/api/trace-imports/" + trace.kept().id())));
    }

    private static String why(JudgedTrace trace) {
        if (!trace.belonging().matches()) {
            return Redaction.text(String.join(" ", trace.belonging().mismatches()), LONGEST);
        }
        return Boolean.FALSE.equals(trace.eventIdsVerified())
                ? "ids of its events are not those of their content."
                : "it is of an earlier attempt.";
    }

    private static void evidence(Material material, List<Need> needs) {
        boolean ended = material.run().status().isTerminal();
        material.evidence().items().stream()
                .filter(item -> ended && item.definition().required())
                .flatMap(item -> Stream.ofNullable(need(material, item)))
                .forEach(needs::add);
        material.evidence().items().stream()
                .map(Evidence.Item::waiver)
                .filter(Objects::nonNull)
                .filter(waiver -> !waiver.reviewDate().isAfter(material.today()))
                .forEach(waiver -> needs.add(new Need(
                        "The waiver by " + waiver.waivedBy() + " was to be looked at again on " + waiver.reviewDate()
                                + ".",
                        "Decide whether it still holds.",
                        "/api/evidence-definitions/" + waiver.evidenceDefinitionId() + "/waivers")));
    }

    private static @Nullable Need need(Material material, Evidence.Item item) {
        String source = material.path() + "/evidence";
        return switch (item.status()) {
            case "failing" ->
                new Need(
                        "Required evidence fails: " + item.definition().key() + ". " + item.because(),
                        "Mend the code, or waive the evidence with a reason.",
                        source);
            case "unknown", "required" ->
                new Need(
                        "Required evidence is missing: " + item.definition().key() + ". " + item.because(),
                        item.definition().kind().equals("trace")
                                ? "Send the run's trace, or observe the evidence."
                                : "Observe the evidence, or waive it with a reason.",
                        source);
            default -> null;
        };
    }
}
