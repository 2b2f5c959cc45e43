package dev.alloy.account;

import dev.alloy.account.GateReport.Command;
import dev.alloy.account.GateReport.Outcome;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of a gate after all witnesses were heard. A word of failure is never outweighed; of words that
 * exclude each other none passes. Pure.
 *
 * @param name of the gate
 * @param phase that decided, as results name phases
 * @param approved whether an approved overlay has it; else only the repository does
 * @param required as approved; as the repository says where it is not approved
 * @param forMutation whether it is required for mutation
 * @param standing what can be said
 * @param witness the strongest witness of that
 * @param because the same as a sentence
 * @param exitCode as the strongest witness of what decided tells it; null where it is not told
 * @param commandChanged whether another command than the approved one ran under its name, however it ended
 * @param seenInTrace whether Foundry's own trace shows the approved command passing
 */
record GateStanding(
        String name,
        String phase,
        boolean approved,
        boolean required,
        boolean forMutation,
        Standing standing,
        Witness witness,
        String because,
        @Nullable Integer exitCode,
        boolean commandChanged,
        boolean seenInTrace) {

    /** What can be said of a gate. */
    enum Standing {
        PASSED,
        FAILED,
        /** Another command than the approved one ran under its name. */
        COMMAND_CHANGED,
        /** It was told that it did not run. */
        SKIPPED,
        /** It did not run, or no witness reports it. */
        MISSING,
        /** Witnesses exclude each other, or what they saw was cut off. */
        UNPROVEN
    }

    static GateStanding of(
            String name,
            String phase,
            boolean approved,
            boolean required,
            boolean forMutation,
            List<GateReport> words) {
        Verdict verdict = verdict(name, words);
        boolean seen = words.stream()
                .anyMatch(
                        word -> word.witness() == Witness.TRACE && word.passed() && word.command() == Command.APPROVED);
        return new GateStanding(
                name,
                words.stream()
                        .filter(GateReport::ran)
                        .map(GateReport::phase)
                        .findFirst()
                        .orElse(phase),
                approved,
                required,
                forMutation,
                verdict.standing(),
                verdict.witness(),
                verdict.because(),
                exitCode(verdict, words),
                words.stream().anyMatch(word -> word.command() == Command.OTHER && word.ran()),
                seen);
    }

    private static @Nullable Integer exitCode(Verdict verdict, List<GateReport> words) {
        return words.stream()
                .filter(word -> verdict.standing() == Standing.FAILED ? word.failed() : word.ran())
                .sorted(Comparator.comparing(GateReport::witness))
                .map(GateReport::exitCode)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private record Verdict(Standing standing, Witness witness, String because) {}

    private static Verdict verdict(String name, List<GateReport> words) {
        String gate = "The gate " + name;
        Optional<GateReport> failed = strongest(words, GateReport::failed);
        Optional<GateReport> passed = strongest(words, GateReport::passed);
        Optional<GateReport> other = strongest(words, word -> word.command() == Command.OTHER && word.ran());
        if (failed.isPresent()) {
            String but = passed.map(word -> " The " + word.witness().wire() + " says that it passed; failure counts.")
                    .orElse("");
            String how = failed.get().contradictsItself()
                    ? " was reported as passed with an exit code other than 0; that counts as failed."
                    : " did not pass.";
            return new Verdict(Standing.FAILED, failed.get().witness(), gate + how + but);
        }
        if (other.isPresent()) {
            return new Verdict(Standing.COMMAND_CHANGED, other.get().witness(), changedCommand(name));
        }
        Optional<GateReport> cut = strongest(words, word -> word.outcome() == Outcome.CUT);
        if (cut.isPresent()) {
            return new Verdict(
                    Standing.UNPROVEN,
                    cut.get().witness(),
                    "The trace of the deciding gates is incomplete or contradicts itself, so it proves nothing about "
                            + name + ".");
        }
        Optional<GateReport> absent = strongest(words, word -> word.outcome() == Outcome.ABSENT);
        Optional<GateReport> skipped = strongest(words, word -> word.outcome() == Outcome.SKIPPED);
        if (absent.isPresent()) {
            return new Verdict(
                    Standing.MISSING,
                    absent.get().witness(),
                    gate + " does not appear among the deciding gates of the trace"
                            + (passed.isPresent() ? ", although the report says that it passed." : "."));
        }
        if (skipped.isPresent()) {
            return passed.isPresent()
                    ? new Verdict(
                            Standing.UNPROVEN,
                            passed.get().witness(),
                            gate + " passed according to one witness and was skipped according to another.")
                    : new Verdict(Standing.SKIPPED, skipped.get().witness(), gate + " was skipped.");
        }
        return passed.map(word -> new Verdict(Standing.PASSED, word.witness(), gate + " passed."))
                .orElseGet(() -> new Verdict(Standing.MISSING, Witness.NONE, "No report names the gate " + name + "."));
    }

    private static Optional<GateReport> strongest(List<GateReport> words, Predicate<GateReport> condition) {
        return words.stream().filter(condition).min(Comparator.comparing(GateReport::witness));
    }

    /** What is said where {@link #commandChanged}. */
    String changedCommand() {
        return changedCommand(name);
    }

    private static String changedCommand(String name) {
        return "Under the name of the gate " + name + " a different command ran, not the approved one.";
    }

    boolean passed() {
        return standing == Standing.PASSED;
    }

    boolean failed() {
        return standing == Standing.FAILED;
    }

    /** Whether a witness saw it run and end. */
    boolean ran() {
        return passed() || failed() || standing == Standing.COMMAND_CHANGED;
    }

    /** Whether no witness reports it. */
    boolean isSilent() {
        return standing == Standing.MISSING && witness == Witness.NONE;
    }
}
