package dev.alloy.compiler;

import dev.alloy.contract.DocumentSchemas;
import dev.alloy.contract.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Everything an intent must keep. Source: compiler.md, “Input” and “Refused in every payload”. */
final class IntentChecks {

    private static final List<IntentCheck> TABLE = List.of(
            (candidate, findings) -> DocumentSchemas.validate("source_intent", candidate.sourceIntent())
                    .forEach(findings),
            new BlankTexts(),
            new UniqueIds(),
            new EvidenceBindings(),
            new BindingCount(),
            new GateModes(),
            new GateCommands(),
            new ObservationLength(),
            new EntryEventAllowed(),
            new PayloadRules(),
            new RepoRules());

    private IntentChecks() {}

    /** Everything that is wrong, ordered by pointer. */
    static List<Finding> findings(UncheckedIntent candidate) {
        List<Finding> findings = new ArrayList<>();
        TABLE.forEach(check -> check.check(candidate, findings::add));
        return findings.stream()
                .distinct()
                .sorted(Comparator.comparing(Finding::pointer).thenComparing(Finding::code))
                .toList();
    }
}
