package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.alloy.limit.FairShare.Answer;
import dev.alloy.limit.FairShare.ShareKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is served when, without HTTP. */
class FairShareTests {

    private static final ShareKey ADA = new ShareKey("acme", "ada");
    private static final ShareKey BOB = new ShareKey("acme", "bob");
    private static final ShareKey EVE = new ShareKey("other", "eve");

    private static final Duration BURST = Duration.ofSeconds(1);

    private final List<String> called = new ArrayList<>();
    private final Semaphore seats = new Semaphore(1_000);
    private long now;

    private FairShare share(int atOnce, int atOnceOfToken, int mostWaiting) {
        return new FairShare(atOnce, atOnceOfToken, mostWaiting, seats, BURST, () -> now);
    }

    @Test
    void anOrganizationIsServedSoManyAtATime() {
        var share = share(2, 2, 10);

        assertThat(share.enter(ADA)).isTrue();
        assertThat(share.enter(BOB)).isTrue();
        assertThat(share.enter(BOB)).isFalse();
        assertThat(share.enter(EVE)).isTrue();
        share.leave(ADA);
        assertThat(share.enter(BOB)).isTrue();
    }

    @Test
    void aTokenLeavesRoomForOthers() {
        var share = share(3, 2, 10);
        assertThat(share.enter(ADA)).isTrue();
        assertThat(share.enter(ADA)).isTrue();

        assertThat(share.enter(ADA)).isFalse();
        assertThat(share.enter(BOB)).isTrue();
    }

    @Test
    void whoWaitsIsCalledWhenSomebodyLeaves() {
        var share = share(1, 1, 10);
        share.enter(ADA);
        assertThat(share.await(BOB, turn("bob"))).isEqualTo(Answer.WAITS);
        assertThat(called).isEmpty();

        share.leave(ADA);

        assertThat(called).containsExactly("bob");
        assertThat(share.enter(ADA)).isFalse();
        share.leave(BOB);
        assertThat(share.enter(ADA)).isTrue();
    }

    @Test
    void tokensTakeTurns() {
        var share = share(1, 1, 10);
        share.enter(ADA);
        for (int i = 1; i <= 3; i++) {
            share.await(ADA, turn("ada " + i));
        }
        share.await(BOB, turn("bob 1"));
        share.await(BOB, turn("bob 2"));

        share.leave(ADA);
        share.leave(ADA);
        share.leave(BOB);
        share.leave(ADA);
        share.leave(BOB);

        assertThat(called).containsExactly("ada 1", "bob 1", "ada 2", "bob 2", "ada 3");
    }

    @Test
    void nobodyOvertakesTheirOwn() {
        var share = share(2, 1, 10);
        share.enter(ADA);
        share.await(ADA, turn("ada"));

        assertThat(share.enter(ADA)).isFalse();
        assertThat(share.enter(BOB)).isTrue();
    }

    @Test
    void oneWhoseTokenIsBusyDoesNotHoldUpOthers() {
        var share = share(2, 1, 10);
        share.enter(ADA);
        share.enter(BOB);
        share.await(ADA, turn("ada"));
        share.await(BOB, turn("bob"));

        share.leave(BOB);

        assertThat(called).containsExactly("bob");
    }

    @Test
    void moreThanMayWaitAreRefused() {
        var share = share(1, 1, 2);
        share.enter(ADA);

        assertThat(share.await(ADA, turn("1"))).isEqualTo(Answer.WAITS);
        assertThat(share.await(BOB, turn("2"))).isEqualTo(Answer.WAITS);
        assertThat(share.await(BOB, turn("3"))).isEqualTo(Answer.REFUSED);
        share.enter(EVE);
        assertThat(share.await(EVE, turn("4"))).isEqualTo(Answer.WAITS);
    }

    @Test
    void whoGaveUpIsNotCalled() {
        var share = share(1, 1, 10);
        share.enter(ADA);
        Runnable bob = turn("bob");
        share.await(BOB, bob);

        assertThat(share.giveUp(BOB, bob)).isTrue();
        assertThat(share.giveUp(BOB, bob)).isFalse();
        share.leave(ADA);

        assertThat(called).isEmpty();
        assertThat(share.enter(BOB)).isTrue();
    }

    @Test
    void aPlaceThatIsFreeByThenIsTakenAtOnce() {
        var share = share(1, 1, 10);

        assertThat(share.await(ADA, turn("ada"))).isEqualTo(Answer.ENTERED);
        assertThat(called).isEmpty();
        assertThat(share.enter(BOB)).isFalse();
    }

    @Test
    void nobodyLeavesWithoutHavingEntered() {
        var share = share(1, 1, 10);

        assertThatIllegalStateException().isThrownBy(() -> share.leave(ADA));
    }

    /** Whatever comes in whatever order: never too many, nobody forgotten, and in the end everything is free. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void keepsItsBoundsInAnyOrder(long seed) {
        var random = new Random(seed);
        var share = share(3, 2, 20);
        List<ShareKey> served = new ArrayList<>();
        int[] waiting = {0};
        for (int step = 0; step < 5_000; step++) {
            ShareKey guest = new ShareKey("acme", "token " + random.nextInt(4));
            if (random.nextBoolean()) {
                if (share.enter(guest)) {
                    served.add(guest);
                } else if (share.await(guest, () -> {
                            waiting[0]--;
                            served.add(guest);
                        })
                        == Answer.WAITS) {
                    waiting[0]++;
                }
            } else if (!served.isEmpty()) {
                share.leave(served.remove(random.nextInt(served.size())));
            }
            assertThat(served).hasSizeLessThanOrEqualTo(3);
            assertThat(waiting[0]).isBetween(0, 20);
            for (int i = 0; i < 4; i++) {
                String token = "token " + i;
                assertThat(served.stream().filter(one -> one.token().equals(token)))
                        .hasSizeLessThanOrEqualTo(2);
            }
        }
        while (!served.isEmpty()) {
            share.leave(served.remove(0));
        }
        assertThat(waiting[0]).isZero();
        assertThat(share.enter(ADA)).isTrue();
    }

    private Runnable turn(String name) {
        return () -> called.add(name);
    }

    @Test
    void allThatWaitTakeSeatsAndGiveThemBack() {
        seats.drainPermits();
        seats.release(2);
        var share = share(1, 1, 10);
        var other = share(1, 1, 10);
        Runnable impatient = turn("impatient");
        share.enter(ADA);
        other.enter(EVE);
        assertThat(share.await(ADA, impatient)).isEqualTo(Answer.WAITS);
        assertThat(other.await(EVE, turn("eve"))).isEqualTo(Answer.WAITS);

        assertThat(share.await(BOB, turn("bob"))).isEqualTo(Answer.REFUSED);
        share.giveUp(ADA, impatient);
        assertThat(share.await(BOB, turn("bob"))).isEqualTo(Answer.WAITS);
        assertThat(share.await(ADA, turn("ada"))).isEqualTo(Answer.REFUSED);
        other.leave(EVE);
        assertThat(share.await(ADA, turn("ada"))).isEqualTo(Answer.WAITS);
    }

    /** A turn every 100 ms; ada has ten waiting, bob one. */
    @Test
    void tellsHowLongAFurtherRequestWouldWait() {
        var share = share(1, 1, 100);
        assertThat(share.expectedWait(ADA)).isZero();
        share.enter(ADA);
        for (int i = 0; i < 21; i++) {
            share.await(ADA, turn("ada"));
        }
        for (int i = 0; i < 11; i++) {
            now += 100_000_000;
            share.leave(ADA);
        }
        share.await(BOB, turn("bob"));

        // Ten of ada's wait. Her next comes behind all of them and bob's; bob's behind his own, and two of ada's.
        assertThat(share.expectedWait(ADA)).isEqualTo(Duration.ofMillis(1_200));
        assertThat(share.expectedWait(BOB)).isEqualTo(Duration.ofMillis(400));
        assertThat(share.expectedWait(new ShareKey("acme", "cyd"))).isEqualTo(Duration.ofMillis(300));
        assertThat(share.expectedWait(EVE)).isZero();
    }

    /** Of two places ada may have one; forty of hers wait for it. */
    @Test
    void whoHasAPlaceDoesNotWaitForOthersOfTheOrganization() {
        var share = share(2, 1, 100);
        share.enter(ADA);
        for (int i = 0; i < 41; i++) {
            share.await(ADA, turn("ada"));
        }
        now += BURST.toNanos();
        share.leave(ADA);

        assertThat(share.expectedWait(ADA)).isGreaterThan(Duration.ofSeconds(40));
        assertThat(share.expectedWait(BOB)).isZero();
    }

    @Test
    void aBurstSaysNothingOfThePace() {
        var share = share(1, 1, 100);
        share.enter(ADA);
        for (int i = 0; i < 50; i++) {
            share.await(ADA, turn("ada"));
        }
        now += BURST.toNanos() - 1;
        share.leave(ADA);

        assertThat(share.expectedWait(ADA)).isZero();
        now += 1;
        assertThat(share.expectedWait(ADA)).isGreaterThan(Duration.ofSeconds(40));
    }

    @Test
    void whoIsPastABurstIsNotJudgedByIt() {
        var share = share(1, 1, 100);
        share.enter(ADA);
        share.await(ADA, turn("ada"));
        now += BURST.toNanos() * 9;
        share.leave(ADA);
        assertThat(called).containsExactly("ada");

        share.await(ADA, turn("ada again"));

        assertThat(share.expectedWait(ADA)).isZero();
    }
}
