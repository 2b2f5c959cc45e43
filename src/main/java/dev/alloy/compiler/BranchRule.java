package dev.alloy.compiler;

import dev.alloy.compiler.CapabilityManifest.Citation;

/** The branch as given, or one of the project's own. Source: access.md, “Rules”. */
final class BranchRule implements LoweringRule {

    private static final int DIGITS = 8;

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        String given = situation.input().repo().branch();
        String hex = situation.intentDigest().substring("sha256:".length());
        String branch =
                given != null ? given : "alloy/" + situation.input().projectId() + "/" + hex.substring(0, DIGITS);
        decisions.branch(branch);
        decisions.asWanted(
                "branch",
                branch,
                Citation.NONE,
                given != null
                        ? "The compile request names it."
                        : "No branch is named: one of the project's own, after the intent's digest.");
    }
}
