package dev.alloy.account;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Concludes which commit is this run's, and which commit or tree its gates saw. The tree was looked at after the gates, not during. Pure.
 * Source: witnesses.md, rule 7.
 */
record RunCommits(AccountInputs material, WorkingCopyFacts copy, List<TracedRun> traces, boolean gatesRan) {

    List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        String after = copy.after();
        String branch = copy.observed().branchAfter();
        boolean onBranch = branch == null || branch.equals(material.run().branch());
        if (Boolean.TRUE.equals(copy.headMoved()) && after != null && onBranch) {
            facts.add(Facts.concluded(Facts.OWN_COMMIT, JsonNodeFactory.instance.stringNode(after), copy.readBy()));
        }
        ObjectNode saw = saw();
        if (gatesRan && !saw.isEmpty()) {
            facts.add(Facts.concluded(Facts.GATES_SAW, saw, Witness.OBSERVED));
        }
        return facts;
    }

    private ObjectNode saw() {
        ObjectNode saw = JsonNodeFactory.instance.objectNode();
        RunnerObservations observed = copy.observed();
        boolean clean = Boolean.TRUE.equals(observed.cleanAfter());
        boolean stood = Boolean.FALSE.equals(observed.headMoved());
        boolean oneCommit = Boolean.TRUE.equals(observed.headMoved()) && commits() == 1;
        if (clean && (stood || oneCommit) && observed.headAfter() != null) {
            return saw.put("commit", observed.headAfter());
        }
        return observed.treeAfter() == null
                ? saw
                : saw.put("tree", observed.treeAfter()).put("state", clean ? "committed" : "uncommitted");
    }

    /** With more than one, some were made before the gates ran, and it is not known which. */
    private int commits() {
        List<String> reported = copy.reportedCommits();
        return reported != null
                ? reported.size()
                : traces.stream().mapToInt(TracedRun::commitCount).max().orElse(0);
    }
}
