package dev.alloy.compiler;

import dev.alloy.compiler.CapabilityManifest.Citation;
import dev.alloy.compiler.ReportRow.Severity;
import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.Throttle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the lowering rules have decided so far. */
final class Decisions {

    private final List<ReportRow> report = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private List<String> nearestEvents = List.of();
    private Throttle throttle = Throttle.DRY_RUN;
    private TargetMode mode = TargetMode.MANUAL_PROJECTION;
    private String branch = "";
    private final ObjectNode payload;

    Decisions(ObjectNode payload) {
        this.payload = payload.deepCopy();
    }

    void asWanted(String feature, String wanted, Citation citation, String because) {
        report.add(new ReportRow(
                feature, wanted, citation.pointer(), citation.value(), wanted, Severity.INFO, because, null));
    }

    void lowered(
            String feature,
            String wanted,
            Citation citation,
            String chosen,
            Severity severity,
            String because,
            @Nullable String wouldImproveWith) {
        report.add(new ReportRow(
                feature, wanted, citation.pointer(), citation.value(), chosen, severity, because, wouldImproveWith));
    }

    /** What is wanted cannot be had and nothing stands in for it. The row says so beside the finding. */
    void refuse(String feature, String wanted, Citation citation, Finding finding) {
        findings.add(finding);
        lowered(feature, wanted, citation, ReportRow.REFUSED, Severity.GAP, finding.detail(), null);
    }

    void nearestEvents(List<String> events) {
        nearestEvents = events;
    }

    void throttle(Throttle chosen) {
        throttle = chosen;
    }

    void mode(TargetMode chosen) {
        mode = chosen;
    }

    void branch(String chosen) {
        branch = chosen;
    }

    Throttle throttle() {
        return throttle;
    }

    String branch() {
        return branch;
    }

    /** The payload to lower in place: members are added beside the intent's own, which stay as they are. */
    ObjectNode payload() {
        return payload;
    }

    List<ReportRow> report() {
        return List.copyOf(report);
    }

    /** The target these decisions make. */
    Target target() {
        return new Target(
                mode.wire(),
                report.stream()
                        .filter(row -> row.manifestPointer() != null)
                        .map(row -> new Target.Feature(row.feature(), row.wanted(), row.chosen(), row.isAsWanted()))
                        .toList());
    }

    /**
     * Ends the compilation when something cannot be had at all.
     *
     * @throws TargetIncompatible with everything that cannot
     */
    void requireCompatible() {
        if (!findings.isEmpty()) {
            throw new TargetIncompatible(findings, nearestEvents, report);
        }
    }
}
