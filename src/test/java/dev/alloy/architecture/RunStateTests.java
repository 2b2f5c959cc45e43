package dev.alloy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A run's state is written in one place, which writes the attempt, the history and the audit log with it. */
class RunStateTests {

    private static final String WRITER = "Transitions";

    @Test
    void oneClassWritesTheStateOfARun() {
        assertThat(SqlInSources.under(Path.of("src/main/java/dev/alloy")).statements())
                .filteredOn(SqlInSources.Statement::writesTheStateOfARun)
                .extracting(SqlInSources.Statement::place)
                .containsExactlyInAnyOrder(WRITER + ".apply", WRITER + ".request");
    }

    @Test
    void itNamesTheStateAndTheAttemptThatItExpects() {
        assertThat(SqlInSources.under(Path.of("src/main/java/dev/alloy")).statements())
                .filteredOn(statement -> statement.place().equals(WRITER + ".apply"))
                .filteredOn(SqlInSources.Statement::writesTheStateOfARun)
                .singleElement()
                .extracting(SqlInSources.Statement::text)
                .asString()
                .contains("r.status = :before and r.attempts = :attempts");
    }

    @Test
    void whoeverElseWritesItIsFound() {
        assertThat(SqlInSources.under(Path.of("src/test/java/dev/planted/states"))
                        .statements())
                .filteredOn(SqlInSources.Statement::writesTheStateOfARun)
                .extracting(SqlInSources.Statement::method)
                .containsExactlyInAnyOrder(
                        "plain",
                        "aliased",
                        "amongOthers",
                        "asARow",
                        "built",
                        "inAnExpression",
                        "ofAnyTable",
                        "inserted",
                        "merged");
    }

    @Test
    void whoeverWritesSomethingElseOfARunIsNot() {
        assertThat(SqlInSources.under(Path.of("src/test/java/dev/planted/states"))
                        .statements())
                .filteredOn(statement -> !statement.writesTheStateOfARun())
                .extracting(SqlInSources.Statement::method)
                .contains("counted", "read");
    }
}
