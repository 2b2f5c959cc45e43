package dev.alloy.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.database.DatabaseServer;
import dev.alloy.database.DatabaseServer.Change;
import dev.alloy.trail.KnownPast.Contradiction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a database counts as restored. */
class RestoreJudgementTests {

    private static final Instant STARTED = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<Contradiction> AHEAD =
            List.of(new Contradiction("checkpoint acme.json 1", "Kept is batch 7."));

    @ParameterizedTest
    @CsvSource({
        // what the operator says, what changed, whether a checkpoint speaks against it; restored at the start, while
        // running
        ",      NONE,     false, false, false",
        ",      TIMELINE, false, true,  false",
        ",      ANOTHER,  false, true,  true",
        ",      NONE,     true,  true,  true",
        ",      TIMELINE, true,  true,  true",
        ",      ANOTHER,  true,  true,  true",
        "true,  NONE,     false, true,  false",
        "true,  TIMELINE, true,  true,  true",
        "false, NONE,     false, false, false",
        "false, TIMELINE, false, false, false",
        "false, ANOTHER,  false, false, true",
        "false, NONE,     true,  true,  true",
        "false, ANOTHER,  true,  true,  true"
    })
    void eachWitnessIsEnoughAndTheOperatorOverrulesNoCheckpoint(
            @Nullable Boolean operator, Change change, boolean ahead, boolean atStart, boolean whileRunning) {
        List<Contradiction> contradictions = ahead ? AHEAD : List.of();

        assertThat(RestoreJudgement.atStart(operator, change, contradictions).isRestored())
                .isEqualTo(atStart);
        assertThat(RestoreJudgement.whileRunning(change, true, contradictions).isRestored())
                .isEqualTo(whileRunning);
    }

    /** A replica that keeps nothing, or nothing newer than a loss that was judged before, has not looked on. */
    @Test
    void aNewTimelineIsNoFailoverForWhoWouldNotSeeALoss() {
        assertThat(RestoreJudgement.whileRunning(Change.TIMELINE, true, List.of())
                        .isRestored())
                .isFalse();
        assertThat(RestoreJudgement.whileRunning(Change.TIMELINE, false, List.of())
                        .isRestored())
                .isTrue();
        assertThat(RestoreJudgement.whileRunning(Change.NONE, false, List.of()).isRestored())
                .isFalse();
    }

    @Test
    void saysAllThatSpeaksAgainstIt() {
        assertThat(RestoreJudgement.atStart(true, Change.ANOTHER, AHEAD).because())
                .hasSize(3)
                .first()
                .asString()
                .contains("ALLOY_RESTORED");
    }

    @ParameterizedTest
    @CsvSource({
        // system identifier, timeline, database and table then; what changed since 7, 2, 10, 20
        "7, 2, 10, 20, NONE",
        "7, 1, 10, 20, TIMELINE",
        "7, 3, 10, 20, TIMELINE",
        "8, 2, 10, 20, ANOTHER",
        "8, 1, 10, 20, ANOTHER",
        "7, 2, 11, 20, ANOTHER",
        "7, 2, 10, 21, ANOTHER",
        " , 2, 10, 20, NONE",
        "7,  , 10, 20, NONE",
        " ,  , 10, 20, NONE",
        " ,  , 10, 21, ANOTHER",
        " , 1, 10, 20, TIMELINE"
    })
    void whatIsNotToldIsNoChange(
            @Nullable String system, @Nullable Long timeline, long database, long table, Change change) {
        var present = new DatabaseServer("7", 2L, 10, 20, STARTED);

        assertThat(present.since(new DatabaseServer(system, timeline, database, table, STARTED.minusSeconds(9))))
                .as("a server that was started again is the same")
                .isEqualTo(change);
    }

    @ParameterizedTest
    @CsvSource({
        // system identifier, timeline, database and table of the note, seconds since its start; whether it says what 7,
        // 2, 10, 20 tells
        "7, 2, 10, 20, 0, true",
        "7, 2, 10, 20, 1, false",
        "7, 1, 10, 20, 0, false",
        "8, 2, 10, 20, 0, false",
        "7, 2, 10, 21, 0, false",
        " , 2, 10, 20, 0, false",
        "7,  , 10, 20, 0, false"
    })
    void aServerIsInItsNoteOrHasToBeNoted(
            @Nullable String system, @Nullable Long timeline, long database, long table, int seconds, boolean in) {
        var present = new DatabaseServer("7", 2L, 10, 20, STARTED);

        assertThat(present.isIn(new DatabaseServer(system, timeline, database, table, STARTED.minusSeconds(seconds))))
                .isEqualTo(in);
    }

    @Test
    void whatTheServerNoLongerTellsIsRemembered() {
        var untold = new DatabaseServer(null, null, 10, 20, STARTED);
        var note = new DatabaseServer("7", 2L, 10, 20, STARTED);

        assertThat(untold.remembering(note)).isEqualTo(note);
        assertThat(untold.isIn(note)).isTrue();
        assertThat(new DatabaseServer(null, null, 10, 21, STARTED).remembering(note))
                .as("what another copy tells is none of its business")
                .isEqualTo(new DatabaseServer(null, null, 10, 21, STARTED));
        assertThat(new DatabaseServer(null, 3L, 10, 20, STARTED).remembering(note))
                .isEqualTo(new DatabaseServer("7", 3L, 10, 20, STARTED));
    }
}
