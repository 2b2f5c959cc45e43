package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.Comparator;
import java.util.List;

/** Thrown when a template cannot be filled with the values that were given. Holds every finding at once. */
public final class TemplateRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    TemplateRefused(List<Finding> findings) {
        super("The values do not fit the template: " + findings.size() + " finding(s).");
        this.findings = findings.stream()
                .sorted(Comparator.comparing(Finding::pointer).thenComparing(Finding::code))
                .toList();
    }

    /** What is wrong; pointers as in a body that has the values under {@code /parameters}. */
    public List<Finding> findings() {
        return findings;
    }
}
