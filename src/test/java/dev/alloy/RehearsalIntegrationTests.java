package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Rows;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What a replica does before it is ready uses everything once and leaves nothing behind. */
@AlloyTest
class RehearsalIntegrationTests {

    @Autowired
    private Rehearsal rehearsal;

    @Test
    void playsARunToItsEndAndLeavesNothing() {
        Map<String, String> before = Rows.everything();

        String ended = rehearsal.play("rehearsal-of-a-test");

        assertThat(ended).isEqualTo("completed_with_findings");
        assertThat(Rows.everything()).isEqualTo(before);
        // Nothing stands in the way of the next one.
        assertThat(rehearsal.play("rehearsal-of-a-test")).isEqualTo("completed_with_findings");
    }
}
