package dev.alloy.account;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the record says of a run, and on whose word: {@code alloy.run_account.v1}. Source: witnesses.md, “The account”.
 *
 * @param runRequestId the run
 * @param version 1 is written when the run ends; each later one when a new word changes something. 0 for one that is not kept
 * @param rules which derivation made it; 0 for runs that ended before accounts were kept
 * @param status what the run came to, as far as this version knows
 * @param cause why it failed; null where it did not
 * @param derived what follows from what was seen
 * @param simulated whether nothing ran
 * @param facts what is known, each with its witness
 * @param gates the approved gates and those of the repository, deciding phase alone
 * @param blocksFailed Foundry's blocks that failed, except those that gave a verdict on gates
 * @param errors what those failed with that ended nothing, a sentence each
 * @param findings what a person should know
 * @param items the evidence, in the order of the plan
 * @param verdict whether exactly what was approved was executed
 */
public record RunAccount(
        String runRequestId,
        int version,
        int rules,
        String status,
        @Nullable Cause cause,
        Derived derived,
        boolean simulated,
        List<Fact> facts,
        List<GateLine> gates,
        List<String> blocksFailed,
        List<String> errors,
        List<RunFinding> findings,
        List<EvidenceStanding> items,
        Verdict verdict) {

    /** The derivation that this code makes. It is counted up when the same words would make another account. */
    public static final int RULES = 1;

    /** Copies the lists. */
    public RunAccount {
        facts = List.copyOf(facts);
        gates = List.copyOf(gates);
        blocksFailed = List.copyOf(blocksFailed);
        errors = List.copyOf(errors);
        findings = List.copyOf(findings);
        items = List.copyOf(items);
    }

    /**
     * Whether what was executed is what was requested and approved.
     *
     * @param name {@code proven}, {@code refuted} or {@code not_reconstructable}
     * @param because why, for people
     * @param checks what was compared
     */
    public record Verdict(String name, String because, List<SnapshotCheck> checks) {

        /** Copies the list. */
        public Verdict {
            checks = List.copyOf(checks);
        }
    }

    /** The fact of this name; empty if unknown. */
    public Optional<Fact> fact(String name) {
        return facts.stream().filter(fact -> fact.name().equals(name)).findFirst();
    }

    /** The evidence of this key; empty where the brief does not ask for it. */
    public Optional<EvidenceStanding> item(String key) {
        return items.stream().filter(item -> item.key().equals(key)).findFirst();
    }

    /** Whether a finding of this code was made. */
    public boolean found(String code) {
        return findings.stream().anyMatch(finding -> finding.code().equals(code));
    }

    /**
     * On whose word it rests: {@code simulated}, {@code compared_with_trace} where Foundry's own file came from the
     * run's runner, {@code runners_word_alone} where only a result or a weaker trace did, {@code nothing_reported}.
     * Source: outcome.md.
     */
    public String standing() {
        if (simulated) {
            return "simulated";
        }
        Witness ofTrace = fact(Facts.TRACE).map(Fact::witness).orElse(Witness.NONE);
        if (ofTrace == Witness.TRACE) {
            return "compared_with_trace";
        }
        return fact(Facts.RESULT).isPresent() || ofTrace != Witness.NONE ? "runners_word_alone" : "nothing_reported";
    }

    /** The same as a version of its own. */
    public RunAccount as(int number) {
        return new RunAccount(
                runRequestId,
                number,
                rules,
                status,
                cause,
                derived,
                simulated,
                facts,
                gates,
                blocksFailed,
                errors,
                findings,
                items,
                verdict);
    }

    /** Of a run that ended before accounts were kept: nothing is known, and it says so. */
    public static RunAccount before(String runRequestId, String status, List<AccountInputs.Definition> definitions) {
        return new RunAccount(
                runRequestId,
                0,
                0,
                status,
                null,
                new Derived(null, null, null, null, null),
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                definitions.stream()
                        .map(definition -> new EvidenceStanding(
                                definition.key(),
                                EvidenceStanding.UNKNOWN,
                                "The run ended before accounts were kept.",
                                Witness.NONE,
                                null))
                        .toList(),
                new Verdict("not_reconstructable", "The run ended before accounts were kept.", List.of()));
    }
}
