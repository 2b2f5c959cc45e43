package dev.alloy.outcome;

import dev.alloy.account.Derived;
import dev.alloy.account.EvidenceStanding;
import dev.alloy.account.Facts;
import dev.alloy.account.RunAccount;
import dev.alloy.contract.foundry.Redaction;
import dev.alloy.outcome.Interpretations.ReportInputs;
import dev.alloy.run.Failure;
import dev.alloy.run.RunRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** Tells a run's story in sentences. Pure. */
final class RunNarrative {

    private static final int LONGEST = 500;
    private static final int SHOWN = 20;

    private RunNarrative() {}

    /** The outcome in one. */
    static String headline(ReportInputs material) {
        RunRequest run = material.run();
        String what = (material.account().simulated() ? "The simulated run (" : "The run (") + run.entryEvent() + " at "
                + run.throttle() + ")";
        Failure failure = run.failure();
        return switch (run.status()) {
            case COMPLETED -> what + " completed, and " + proof(material) + ".";
            case COMPLETED_WITH_FINDINGS -> what + " completed with findings: " + proof(material) + ".";
            case FAILED ->
                what + " failed" + (failure == null ? "." : ": " + Redaction.text(failure.message(), LONGEST));
            case CANCELLED ->
                run.declinedBy() == null
                        ? what + " was cancelled."
                        : what + " was declined by " + run.declinedBy() + ": "
                                + Redaction.text(String.valueOf(run.declineReason()), LONGEST);
            case LOST ->
                "It is unknown how the run (" + run.entryEvent() + " at " + run.throttle()
                        + ") ended: its runner is gone.";
            default -> what + " has not ended; it is " + run.status().wireName() + ".";
        };
    }

    private static String proof(ReportInputs material) {
        RunAccount account = material.account();
        if (account.simulated()) {
            return simulated(account) + "; proven: nothing";
        }
        Evidence.Totals totals = material.evidence().totals();
        return totals.passing() + " of " + totals.required() + " required evidence items pass";
    }

    /** What a simulation said, in numbers. */
    static String simulated(RunAccount account) {
        List<String> told = account.items().stream()
                .map(EvidenceStanding::simulatedStatus)
                .filter(Objects::nonNull)
                .toList();
        long passed = told.stream().filter("passing"::equals).count();
        return "simulated: " + passed + " passed, " + (told.size() - passed) + " failed";
    }

    /** On whose word the report rests. */
    static String standing(ReportInputs material) {
        RunAccount account = material.account();
        if (!material.run().status().isTerminal()) {
            return "The run has not ended, so nothing here is final.";
        }
        if (account.rules() == 0) {
            return "The run ended before accounts were kept; earlier statements about it are not repeated.";
        }
        boolean differs = !account.status().equals(material.run().status().wireName());
        String later = differs ? " Later reports changed the account: it now says " + account.status() + "." : "";
        return switch (account.standing()) {
                    case "simulated" -> "The run was simulated: nothing ran, and nothing is proved.";
                    case "compared_with_trace" -> "The run's trace and the reports about it were compared.";
                    case "runners_word_alone" ->
                        "No trace from Foundry is believed: this rests on the runner's word alone.";
                    default -> "No result was reported.";
                }
                + later;
    }

    static List<String> sentences(ReportInputs material) {
        RunRequest run = material.run();
        List<String> told = new ArrayList<>();
        told.add(run.requestedBy() + " requested " + run.entryEvent() + " at " + run.throttle() + " for the revision "
                + run.repoRevision() + " on the branch " + run.branch() + ".");
        told.add(material.approvedBy() == null ? "It has not been approved." : material.approvedBy() + " approved it.");
        if (run.runnerId() != null) {
            told.add("The runner " + run.runnerId() + " took it, in attempt " + run.attempts()
                    + (run.startedAt() == null
                            ? " and has not started it."
                            : " and started it at " + run.startedAt() + "."));
        }
        if (run.foundryRunId() != null) {
            told.add("Foundry ran it as " + run.foundryRunId() + ".");
        }
        if (material.account().simulated()) {
            told.add("The runner only simulated it: nothing ran (" + simulated(material.account()) + ").");
        }
        account(material, told);
        return told;
    }

    private static void account(ReportInputs material, List<String> told) {
        RunAccount account = material.account();
        boolean reported = account.fact(Facts.RESULT).isPresent();
        list(account, told, "Changing blocks that ran: ", Facts.MUTATORS_EXECUTED);
        list(account, told, "Changing blocks that were only simulated: ", Facts.MUTATORS_SIMULATED);
        if (!account.blocksFailed().isEmpty()) {
            told.add("Blocks that failed: " + joined(account.blocksFailed()));
        }
        list(account, told, "Files changed: ", Facts.FILES_CHANGED);
        list(account, told, "Commits: ", Facts.COMMITS);
        if (account.fact(Facts.MANUAL).isPresent()) {
            told.add("A person carried it out by hand and reported its outcome.");
        }
        int retries = account.fact(Facts.RETRY_COUNT)
                .map(fact -> fact.value().asInt(0))
                .orElse(0);
        if (retries > 0) {
            told.add(retries == 1 ? "Foundry retried once." : "Foundry retried " + retries + " times.");
        }
        if (reported) {
            String claimed = String.valueOf(material.claimedStatus());
            String recorded = material.run().status().wireName();
            told.add(
                    claimed.equals(recorded)
                            ? "The result claims " + claimed + ", and that is recorded."
                            : "The result claims " + claimed + "; recorded is " + recorded + ".");
            executed(account.derived(), told);
        }
        account.fact(Facts.BLOCKS).ifPresent(blocks -> told.add(trace(account, blocks.value())));
        if (account.standing().equals("runners_word_alone")) {
            told.add("No trace from Foundry is believed, so this rests on the runner's word alone.");
        }
    }

    private static void executed(Derived derived, List<String> told) {
        if (derived.executed() == null) {
            told.add("It is unknown whether anything that changes the working copy ran.");
        }
    }

    private static void list(RunAccount account, List<String> told, String begin, String fact) {
        List<String> texts = Facts.texts(account, fact);
        if (!texts.isEmpty()) {
            told.add(begin + joined(texts));
        }
    }

    private static String joined(List<String> texts) {
        int more = texts.size() - SHOWN;
        return String.join(", ", texts.subList(0, Math.min(SHOWN, texts.size())))
                + (more > 0 ? " and " + more + " more." : ".");
    }

    private static String trace(RunAccount account, JsonNode blocks) {
        String id = Facts.texts(account, Facts.TRACE).stream().findFirst().orElse("");
        return "The trace " + id + " shows " + blocks.path("executed").asInt(0) + " kinds of blocks that ran, "
                + blocks.path("skipped").asInt(0) + " that left it to others and "
                + blocks.path("simulated").asInt(0) + " that only pretended; "
                + blocks.path("retries").asInt(0) + " retries.";
    }
}
