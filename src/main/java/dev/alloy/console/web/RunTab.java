package dev.alloy.console.web;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The parts of a run's page; each has an address of its own. */
enum RunTab {
    WHY("Why", "dispatch-explanation"),
    EVIDENCE("Evidence", "evidence"),
    GATES("Gates", "account"),
    TRACE("Trace", "traces"),
    RESULT("Result", "account"),
    LATE_REPORTS("Late reports", "late-reports"),
    AUDIT("Audit", "audit"),
    REPORT("Report", "report"),
    ATTESTATION("Attestation", "attestation"),
    EVENTS("Events", "events");

    private final String label;
    private final String resource;

    RunTab(String label, String resource) {
        this.label = label;
        this.resource = resource;
    }

    /** As people read it. */
    String label() {
        return label;
    }

    /** The last segment of its address. */
    String segment() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What of the run the API serves with the same content. */
    String resource() {
        return resource;
    }

    /** The part that a segment names; null for none. */
    static @Nullable RunTab of(String segment) {
        for (RunTab tab : values()) {
            if (tab.segment().equals(segment)) {
                return tab;
            }
        }
        return null;
    }
}
