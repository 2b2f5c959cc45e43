package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.List;

/**
 * Thrown when the intent, or the place it is for, is not valid: a validation failure. Holds every finding at once, ordered by
 * pointer.
 */
public final class IntentRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    IntentRefused(List<Finding> findings) {
        super("The source intent has " + findings.size() + " finding(s).");
        this.findings = List.copyOf(findings);
    }

    /**
     * What is wrong. Pointers are relative to the source intent, except those that begin with {@code /repo}: no source intent
     * has such a member, they point into the compile request beside it.
     */
    public List<Finding> findings() {
        return findings;
    }
}
