package dev.alloy.outcome;

import dev.alloy.account.Facts;
import dev.alloy.account.RunAccount;
import dev.alloy.contract.foundry.Redaction;
import dev.alloy.outcome.Interpretation.Capabilities;
import dev.alloy.outcome.Interpretation.Capability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Says of each capability whether it is preserved, at risk or unproven. Evidence proves; what the result claims can put a capability at risk,
 * and cannot preserve it alone. Pure.
 */
final class CapabilityStandings {

    private static final int LONGEST = 500;

    private CapabilityStandings() {}

    /**
     * @param protectedCapabilities of the brief
     * @param evidence of the run
     * @param account of the run, with what its result says of capabilities
     */
    static Capabilities of(JsonNode protectedCapabilities, List<Evidence.Item> evidence, RunAccount account) {
        Map<String, @Nullable JsonNode> all = new LinkedHashMap<>();
        protectedCapabilities.forEach(one -> all.put(one.path("id").asString(""), one));
        Set<String> saidPreserved = new LinkedHashSet<>(Facts.texts(account, Facts.SAID_PRESERVED));
        Set<String> saidAtRisk = new LinkedHashSet<>(Facts.texts(account, Facts.SAID_AT_RISK));
        saidPreserved.forEach(id -> all.putIfAbsent(id, null));
        saidAtRisk.forEach(id -> all.putIfAbsent(id, null));
        List<Capability> preserved = new ArrayList<>();
        List<Capability> atRisk = new ArrayList<>();
        List<Capability> unproven = new ArrayList<>();
        all.forEach((id, known) -> {
            List<Evidence.Item> proofs = evidence.stream()
                    .filter(item -> item.definition().capabilityIds().contains(id))
                    .toList();
            List<String> failing = keys(proofs, "failing");
            boolean proved = !proofs.isEmpty() && keys(proofs, "passing").size() == requiredOrAll(proofs);
            if (account.simulated()) {
                unproven.add(capability(id, known, "The run was simulated: nothing ran, so nothing is proved."));
            } else if (saidAtRisk.contains(id)) {
                atRisk.add(capability(id, known, "The result says that it is at risk."));
            } else if (!failing.isEmpty()) {
                atRisk.add(capability(id, known, "Evidence for it fails: " + String.join(", ", failing) + "."));
            } else if (proved) {
                preserved.add(capability(id, known, "All evidence that is required for it passes."));
            } else {
                unproven.add(capability(id, known, unproven(proofs, saidPreserved.contains(id))));
            }
        });
        return new Capabilities(preserved, atRisk, unproven);
    }

    private static String unproven(List<Evidence.Item> proofs, boolean said) {
        String claim = said ? "The result says that it is preserved, but " : "";
        if (proofs.isEmpty()) {
            return claim + (said ? "no evidence for it is required." : "No evidence for it is required.");
        }
        String missing = proofs.stream()
                .filter(item -> !item.status().equals("passing"))
                .map(item -> item.definition().key() + " is " + item.status())
                .collect(Collectors.joining(", "));
        return claim + missing + ".";
    }

    private static long requiredOrAll(List<Evidence.Item> proofs) {
        boolean someRequired =
                proofs.stream().anyMatch(item -> item.definition().required());
        return proofs.stream()
                .filter(item -> !someRequired
                        || item.definition().required()
                        || item.status().equals("passing"))
                .count();
    }

    private static List<String> keys(List<Evidence.Item> proofs, String status) {
        return proofs.stream()
                .filter(item -> item.status().equals(status))
                .map(item -> item.definition().key())
                .toList();
    }

    private static Capability capability(String id, @Nullable JsonNode known, String because) {
        return new Capability(
                Redaction.text(id, LONGEST),
                known == null ? null : known.path("statement").asStringOpt().orElse(null),
                known == null ? null : known.path("severity").asStringOpt().orElse(null),
                because);
    }
}
