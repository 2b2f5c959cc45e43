package dev.alloy.compiler;

import dev.alloy.contract.DocumentSchemas;
import dev.alloy.contract.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Everything an intent must keep. Source: compiler.md, “Input” and “Refused in every payload”. */
final class IntentChecks {

    private static final List<IntentCheck> TABLE = List.of(
            (input, findings) -> DocumentSchemas.validate("source_intent", input.sourceIntent())
                    .forEach(findings),
            new UniqueIds(),
            new EvidenceBindings(),
            new GateModes(),
            new EntryEventAllowed(),
            new PayloadRules(),
            new RepoRules());

    private IntentChecks() {}

    /**
     * Refuses an intent with findings.
     *
     * @throws IntentRefused with all of them
     */
    static void require(CompilerInput input) {
        List<Finding> findings = new ArrayList<>();
        TABLE.forEach(check -> check.check(input, findings::add));
        if (!findings.isEmpty()) {
            throw new IntentRefused(findings.stream()
                    .distinct()
                    .sorted(Comparator.comparing(Finding::pointer).thenComparing(Finding::code))
                    .toList());
        }
    }
}
