package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the moves of a run expect, set and free. */
class TransitionTests {

    private static final Duration TIME = Duration.ofSeconds(30);
    private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-zA-Z]+)");
    private static final Set<String> OF_EVERY_MOVE = Set.of("organization", "run", "before", "attempts", "to");

    static Stream<Transition> all() {
        RunRequest run = new RunRequest();
        Failure failure = Failure.dispatch("code", "message");
        byte[] hash = new byte[32];
        return Stream.of(
                Transition.queue("appr_1", true, TIME),
                Transition.reapprove("appr_1", false),
                Transition.offer("runner_1", "trace", TIME),
                Transition.withdraw(run, "branch-busy"),
                Transition.expireOffer(run),
                Transition.park("offers-unanswered", 3),
                Transition.requeue("Why.", TIME),
                Transition.parkRestored(RunStatus.ACCEPTED, 1),
                Transition.loseRestored(run),
                Transition.accept(run, "runner_1", new Transition.NewAttempt("attempt_1", "claim", hash, hash, TIME)),
                Transition.start(run, "runner_1", "abc123", "evt_1"),
                Transition.refuseStart(run, "abc124", failure),
                Transition.giveBack(run, "released", "Why.", TIME),
                Transition.exhaust(run, "released", failure),
                Transition.lose(run),
                Transition.cancel("Why."),
                Transition.decline("ann", "Why."),
                Transition.cancelOverdue(run),
                Transition.askToCancel(run, "ann", "Why."),
                Transition.expire(failure),
                Transition.end(
                        run,
                        List.of(RunStatus.ACCEPTED, RunStatus.EXECUTING, RunStatus.LOST),
                        new RunEnding(RunStatus.FAILED, failure, null, null, false, null, null)),
                Transition.resolve(run, RunStatus.COMPLETED, null, "ann", "Why."),
                Transition.supersede("runreq_2", "Why."),
                Transition.account(run, 2, RunStatus.COMPLETED, "sha256:0"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyMoveIsAnArrowOfTheStateMachine(Transition move) {
        assertThat(move.from()).isNotEmpty().allSatisfy(from -> {
            if (move.to() != null) {
                assertThat(from.next()).contains(move.to());
            }
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyMoveGivesTheParametersOfItsSql(Transition move) {
        String sql = move.assignments() + move.condition() + move.attempt().sql();
        Set<String> named = PARAMETER
                .matcher(sql)
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(name -> !OF_EVERY_MOVE.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(move.values().keySet()).isEqualTo(named).doesNotContainAnyElementsOf(OF_EVERY_MOVE);
    }

    /** Else its lease would be looked for by sweeps for ever, or the next attempt would find it open. */
    @ParameterizedTest
    @MethodSource("all")
    void noAttemptStaysOpenBehindARunThatNoRunnerHas(Transition move) {
        boolean mayHaveAnAttempt = move.from().contains(RunStatus.ACCEPTED)
                || move.from().contains(RunStatus.EXECUTING)
                || move.from().contains(RunStatus.LOST);
        boolean leavesTheRunner = move.to() != null && (move.to().isTerminal() || move.to() == RunStatus.QUEUED);
        if (mayHaveAnAttempt && leavesTheRunner) {
            assertThat(move.attempt()).isIn(Transition.AttemptChange.CLOSE, Transition.AttemptChange.REFUSE_START);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AWAITING_APPROVAL", "QUEUED", "OFFERED", "ACCEPTED"})
    void whatARestoreParksIsNeverLeftToARunner(RunStatus from) {
        Transition move = Transition.parkRestored(from, 1);

        assertThat(move.from()).contains(from);
        assertThat(move.to() == null ? from : move.to()).isIn(RunStatus.AWAITING_APPROVAL, RunStatus.QUEUED);
        assertThat(move.assignments()).contains("parked_reason = 'restored'");
        assertThat(move.attempt())
                .isEqualTo(from == RunStatus.ACCEPTED ? Transition.AttemptChange.CLOSE : Transition.AttemptChange.NONE);
    }

    @Test
    void everyNamedMoveIsTried() {
        long named = Arrays.stream(Transition.class.getDeclaredMethods())
                .filter(method -> !Modifier.isPrivate(method.getModifiers()))
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getReturnType() == Transition.class)
                .count();

        assertThat(all()).hasSize((int) named);
    }

    @ParameterizedTest
    @CsvSource({
        "AWAITING_APPROVAL, QUEUED, true",
        "AWAITING_APPROVAL, CANCELLED, false",
        "QUEUED, QUEUED, true",
        "QUEUED, OFFERED, false",
        "QUEUED, FAILED, false",
        "OFFERED, QUEUED, true",
        "OFFERED, ACCEPTED, false",
        "OFFERED, CANCELLED, true",
        "ACCEPTED, EXECUTING, false",
        "ACCEPTED, QUEUED, true",
        "ACCEPTED, FAILED, true",
        "ACCEPTED, CANCELLED, true",
        "EXECUTING, EXECUTING, false",
        "EXECUTING, LOST, true",
        "EXECUTING, QUEUED, true",
        "EXECUTING, COMPLETED, true",
        "LOST, COMPLETED, true",
        "COMPLETED, COMPLETED, false"
    })
    void whatIsQueuedOrFreedIsKnownByTheStates(RunStatus from, RunStatus to, boolean frees) {
        assertThat(from.frees(to)).isEqualTo(frees);
    }
}
