package dev.alloy.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ConflictingReportsTests {

    private static ObjectNode document() {
        ObjectNode document = Given.result("completed");
        document.putArray("gates")
                .addObject()
                .put("name", "tests")
                .put("phase", "verify")
                .put("status", "passed")
                .put("required", true);
        return document;
    }

    private static boolean differ(Consumer<ObjectNode> change) {
        ObjectNode other = document();
        change.accept(other);
        return ConflictingReports.differ(document(), other);
    }

    @Test
    void agreeWhereOnlyTheManyWaysOfSayingItDiffer() {
        assertThat(differ(other ->
                        other.put("completed_at", "2026-06-06T12:00:00Z").put("retry_count", 7)))
                .isFalse();
        assertThat(differ(other -> other.put("repo_revision_before", "abc123" + "0".repeat(34))))
                .isFalse();
        assertThat(differ(other -> {
                    var mutators = ((ObjectNode) other.path("changes")).putArray("mutators_simulated");
                    mutators.add("Commit and Push").add("Execute Plan");
                }))
                .as("the same in another order")
                .isFalse();
        assertThat(differ(other -> ((ObjectNode) other.at("/gates/0")).put("duration_ms", 1)))
                .isFalse();
        assertThat(differ(other -> ((ObjectNode) other.path("changes")).putNull("gate_file_digest_after")))
                .isFalse();
    }

    @Test
    void differWhereBothTellACommand() {
        ObjectNode one = document();
        ObjectNode other = document();
        ((ObjectNode) one.at("/gates/0")).put("command", "make test");
        assertThat(ConflictingReports.differ(one, other)).isFalse();
        ((ObjectNode) other.at("/gates/0")).put("command", "true");
        assertThat(ConflictingReports.differ(one, other)).isTrue();
    }

    @Test
    void differInWhatMatters() {
        assertThat(differ(other -> other.put("status", "failed"))).isTrue();
        assertThat(differ(other -> other.put("brief_digest", "sha256:" + "0".repeat(64))))
                .as("a word on another snapshot")
                .isTrue();
        assertThat(differ(other -> other.put("throttle", "full"))).isTrue();
        assertThat(differ(other -> other.put("simulated", true))).isTrue();
        assertThat(differ(other -> other.put("repo_revision_after", "def456"))).isTrue();
        assertThat(differ(other -> ((ObjectNode) other.at("/gates/0")).put("status", "failed")))
                .isTrue();
        assertThat(differ(other -> ((ObjectNode) other.path("changes")).put("pushed", true)))
                .isTrue();
        assertThat(differ(other -> ((ObjectNode) other.path("changes")).remove("commits")))
                .isTrue();
    }

    @Test
    void nameTheGatesThatFailed() {
        ObjectNode other = document();
        ((ObjectNode) other.at("/gates/0")).put("exit_code", 1);
        other.withArray("gates")
                .addObject()
                .put("name", "lint")
                .put("phase", "verify")
                .put("status", "skipped");

        assertThat(ConflictingReports.failedGates(other)).containsExactly("tests");
        assertThat(ConflictingReports.failedGates(document())).isEmpty();
    }
}
