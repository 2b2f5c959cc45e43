package dev.alloy.bridge;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Derives from gates the standing of protected capabilities. One is preserved when all its gates have passed, at risk
 * when one has failed. Of those that no gate speaks of nothing is said. Pure.
 */
final class Capabilities {

    private final Set<String> preserved = new TreeSet<>();
    private final Set<String> atRisk = new TreeSet<>();

    /**
     * @param evidencePlan the required items of the brief's plan
     * @param gates of the result
     */
    Capabilities(JsonNode evidencePlan, ArrayNode gates) {
        Map<String, String> statuses = new LinkedHashMap<>();
        gates.forEach(gate ->
                statuses.put(gate.path("name").asString(""), gate.path("status").asString("")));
        Set<String> silent = new HashSet<>();
        for (JsonNode item : evidencePlan) {
            String status = statuses.getOrDefault(item.path("gate").asString(""), "");
            for (JsonNode capability : item.path("capability_ids")) {
                place(capability.asString(""), item, status, silent);
            }
        }
        atRisk.forEach(preserved::remove);
        silent.forEach(preserved::remove);
    }

    private void place(String capability, JsonNode item, String status, Set<String> silent) {
        if (status.equals("passed")) {
            preserved.add(capability);
        } else if (status.equals("failed") || status.equals("error")) {
            atRisk.add(capability);
        } else if (item.path("gate").isString()) {
            silent.add(capability);
        }
    }

    /** Writes both lists. */
    void into(ObjectNode summary) {
        preserved.forEach(summary.putArray("capabilities_preserved")::add);
        atRisk.forEach(summary.putArray("capabilities_at_risk")::add);
    }
}
