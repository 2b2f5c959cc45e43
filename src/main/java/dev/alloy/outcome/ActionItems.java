package dev.alloy.outcome;

import dev.alloy.account.Facts;
import dev.alloy.account.GateLine;
import dev.alloy.account.RunAccount;
import dev.alloy.account.RunFinding;
import dev.alloy.contract.foundry.Redaction;
import dev.alloy.outcome.Interpretation.Need;
import dev.alloy.outcome.Interpretations.ReportInputs;
import dev.alloy.run.Failure;
import dev.alloy.run.RunRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lists what a run leaves to people: everything about it that is not plain. Pure. Source: witnesses.md. */
final class ActionItems {

    private static final int LONGEST = 500;
    private static final int MOST = 20;

    private ActionItems() {}

    /** What needs a person, the most pressing first. */
    static List<Need> of(ReportInputs material) {
        List<Need> needs = new ArrayList<>();
        state(material, needs);
        account(material, needs);
        snapshot(material, needs);
        findings(material, needs);
        claim(material, needs);
        leftovers(material, needs);
        gates(material, needs);
        errors(material, needs);
        traces(material, needs);
        evidence(material, needs);
        return List.copyOf(needs);
    }

    private static void state(ReportInputs material, List<Need> needs) {
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
                            run.isParkedByRestore()
                                    ? "Find out whether it started before the restore: requeue it only when it did not, else cancel it."
                                    : "Remove the cause and requeue the run.",
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

    /** What a later report changed. */
    private static void account(ReportInputs material, List<Need> needs) {
        RunAccount account = material.account();
        boolean differs = material.run().status().isTerminal()
                && !account.status().equals(material.run().status().wireName());
        if (differs) {
            needs.add(new Need(
                    "The run ended as " + material.run().status().wireName() + "; later evidence makes it "
                            + account.status()
                            + (account.cause() == null
                                    ? "."
                                    : ": " + Redaction.text(account.cause().message(), LONGEST)),
                    "Read the account, and decide which work of this run may be used.",
                    material.path() + "/account"));
        }
    }

    private static void snapshot(ReportInputs material, List<Need> needs) {
        RunAccount.Verdict verdict = material.account().verdict();
        if (material.run().status().isTerminal() && !verdict.name().equals("proven")) {
            needs.add(new Need(
                    "It is " + verdict.name() + " that exactly what was approved was executed. " + verdict.because(),
                    "Read the checks of the audit answer.",
                    material.path() + "/audit"));
        }
    }

    private static void findings(ReportInputs material, List<Need> needs) {
        Failure failure = material.run().failure();
        material.account().findings().stream()
                .filter(finding -> !finding.informational())
                // The failure says it already.
                .filter(finding -> failure == null || !failure.code().equals(finding.code()))
                .limit(MOST)
                .forEach(finding -> needs.add(new Need(
                        Redaction.text(finding.message(), LONGEST), next(finding), material.path() + "/account")));
    }

    private static String next(RunFinding finding) {
        return switch (finding.code()) {
            case "simulated" -> "Run it with a runner that drives Foundry.";
            case "tree-not-clean", "tree-changed" -> "Look at the working copy before you use anything from this run.";
            case "conflicting-reports" -> "Compare the late reports with the repository.";
            case "mutators-differ", "push-differs", "commits-differ" -> "Compare the trace with the repository.";
            default ->
                finding.gate() != null || finding.code().startsWith("gate-")
                        ? "Find out what weakened the gate before you use anything from this run."
                        : "Find out why before you use anything from this run.";
        };
    }

    private static void claim(ReportInputs material, List<Need> needs) {
        String claimed = material.claimedStatus();
        String recorded = material.run().status().wireName();
        if (claimed != null && !claimed.equals(recorded)) {
            needs.add(new Need(
                    "The result claims " + claimed + "; it is recorded as " + recorded + ".",
                    "Read the checks, gates and findings of the account.",
                    material.path() + "/account"));
        }
    }

    private static void leftovers(ReportInputs material, List<Need> needs) {
        RunAccount account = material.account();
        if (account.fact(Facts.CANCELLED_TOO_LATE).isPresent()) {
            needs.add(new Need(
                    "The run should have been cancelled, but it ended before its runner could stop it.",
                    "Decide whether to keep its changes.",
                    material.path()));
        }
        Facts.text(account, Facts.STASH)
                .ifPresent(stash -> needs.add(new Need(
                        "Uncommitted changes are in the stash: " + Redaction.text(stash, LONGEST) + ".",
                        "Look at the stash in the working copy, and keep or drop it.",
                        material.result())));
        Facts.text(account, Facts.BRANCH_KEPT)
                .ifPresent(branch -> needs.add(new Need(
                        "The branch of this run stayed behind: " + Redaction.text(branch, LONGEST) + ".",
                        "Look for commits on it, and keep or delete it.",
                        material.result())));
    }

    /** Gates that only the repository has lower no status, but a person should know that they fail. */
    private static void gates(ReportInputs material, List<Need> needs) {
        if (material.account().simulated()) {
            return;
        }
        material.account().gates().stream()
                .filter(gate -> !gate.approved() && gate.status().equals("failing"))
                .limit(MOST)
                .map(GateLine::name)
                .forEach(name -> needs.add(new Need(
                        "The repository's own gate " + Redaction.text(name, LONGEST) + " failed.",
                        "Fix the code, or the gate.",
                        material.result())));
    }

    private static void errors(ReportInputs material, List<Need> needs) {
        material.account().errors().stream()
                .limit(MOST)
                .forEach(error -> needs.add(new Need(
                        "Foundry reported an error that did not end the run: " + Redaction.text(error, LONGEST),
                        "Read it; no gate or commit depended on it.",
                        material.path() + "/account")));
    }

    private static void traces(ReportInputs material, List<Need> needs) {
        material.account().fact(Facts.DISBELIEVED_TRACES).stream()
                .flatMap(fact -> fact.value().valueStream())
                .forEach(trace -> needs.add(new Need(
                        "A trace is not believed: " + trace.path("because").asString(""),
                        "Send the trace of this run, or ignore it.",
                        "/api/trace-imports/" + trace.path("id").asString(""))));
    }

    private static void evidence(ReportInputs material, List<Need> needs) {
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
                        "The waiver by " + waiver.waivedBy() + " was due for review on " + waiver.reviewDate() + ".",
                        "Decide whether it still holds.",
                        "/api/evidence-definitions/" + waiver.evidenceDefinitionId() + "/waivers")));
    }

    private static @Nullable Need need(ReportInputs material, Evidence.Item item) {
        String source = material.path() + "/evidence";
        return switch (item.status()) {
            case "failing" ->
                new Need(
                        "Required evidence fails: " + item.definition().key() + ". " + item.because(),
                        "Fix the code, or waive the evidence with a reason.",
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
