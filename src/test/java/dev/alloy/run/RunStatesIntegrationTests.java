package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;

/** The enum, the database and the document tell the same state machine. */
@AlloyTest
class RunStatesIntegrationTests {

    private static final String REWRITE = "alloy.docs.write";
    private static final Path DOCUMENT = Path.of("docs/run-states.md");
    private static final Pattern PAIR = Pattern.compile("\\('(\\w+)', '(\\w+)'\\)");

    @LocalServerPort
    private int port;

    @Test
    void theDatabaseAllowsTheMovesOfTheEnumAndNoOthers() {
        String function = Rows.database()
                .sql("select pg_get_functiondef('guard_changed_run'::regproc)")
                .query(String.class)
                .single();

        Set<String> allowed = PAIR.matcher(function)
                .results()
                .map((MatchResult pair) -> pair.group(1) + " → " + pair.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(allowed).isEqualTo(movesOfTheEnum());
    }

    private static Set<String> movesOfTheEnum() {
        return Arrays.stream(RunStatus.values())
                .flatMap(from -> from.next().stream().map(to -> from.wireName() + " → " + to.wireName()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatIsNotInTheTableIsRefusedWhoeverAsks() {
        World world = World.on(port);
        JsonNode run = world.queuedRun();

        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> Rows.database()
                        .sql("update foundry_run_requests set status = 'awaiting_approval' where id = :id")
                        .param("id", run.path("id").asString())
                        .update())
                .withMessageContaining("does not move from queued to awaiting_approval");
    }

    @Test
    void theDocumentIsWhatTheEnumSays() throws IOException {
        String drawn = draw();
        if (Boolean.getBoolean(REWRITE)) {
            Files.writeString(DOCUMENT, drawn);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("run ./mvnw -Dtest=RunStatesIntegrationTests -D%s=true test and commit %s", REWRITE, DOCUMENT)
                .isEqualTo(drawn);
    }

    private static String draw() {
        String arrows = Arrays.stream(RunStatus.values())
                .flatMap(from -> from.next().stream().map(to -> "    " + from.wireName() + " --> " + to.wireName()))
                .collect(Collectors.joining("\n"));
        String rows = Arrays.stream(RunStatus.values())
                .map(state -> "| `%s`%s | %s | %s | %s |"
                        .formatted(
                                state.wireName(),
                                state.isTerminal() ? " (end)" : "",
                                state.sentence(),
                                state.movedOnBy(),
                                state.afterACrash()))
                .collect(Collectors.joining("\n"));
        return """
                # The states of a run

                Drawn from `RunStatus` by `RunStatesIntegrationTests`; don't edit. [dispatch.md](dispatch.md) tells the story. The
                database refuses every move that is not an arrow here. A database that was [put back](operations.md#ways-back) to an
                earlier moment parks what waits, was offered or accepted, and gives up mutating runs that were executing as lost.

                ```mermaid
                stateDiagram-v2
                    [*] --> awaiting_approval
                %s
                ```

                | state | what it means | who moves it on | what a crash leaves behind |
                | --- | --- | --- | --- |
                %s
                """.formatted(arrows, rows);
    }
}
