package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.List;

/** Thrown when a valid intent asks for what the installation cannot give even lowered. Holds every finding at once. */
public final class TargetIncompatible extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;
    private final transient List<String> nearestEvents;
    private final transient List<ReportRow> report;

    TargetIncompatible(List<Finding> findings, List<String> nearestEvents, List<ReportRow> report) {
        super("The installation cannot carry out the intent: " + findings.size() + " finding(s).");
        this.findings = List.copyOf(findings);
        this.nearestEvents = List.copyOf(nearestEvents);
        this.report = List.copyOf(report);
    }

    /** What cannot be had; pointers are relative to the source intent. */
    public List<Finding> findings() {
        return findings;
    }

    /** Supported events closest to the one asked for, nearest first; empty when the event is not the trouble. */
    public List<String> nearestEvents() {
        return nearestEvents;
    }

    /** The decisions that could be taken. */
    public List<ReportRow> report() {
        return report;
    }
}
