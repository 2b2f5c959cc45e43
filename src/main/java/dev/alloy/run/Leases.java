package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Secrets;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks lease and callback tokens. */
@Component
class Leases {

    static final String LEASE_PREFIX = "alloy_lse_";
    static final String CALLBACK_PREFIX = "alloy_cbk_";

    private final Attempts attempts;
    private final UnknownRuns unknown;

    Leases(Attempts attempts, UnknownRuns unknown) {
        this.attempts = attempts;
        this.unknown = unknown;
    }

    /** The attempt that a lease token names, whether it proves it or not. */
    static @Nullable String named(@Nullable String leaseToken) {
        return leaseToken == null
                ? null
                : Secrets.publicId(LEASE_PREFIX, leaseToken)
                        .map(publicId -> "attempt_" + publicId)
                        .orElse(null);
    }

    /** {@link #require(Caller, RunRequest, Attempt, String)} for a run that is read without its attempt. */
    Attempt require(Caller runner, RunRequest run, @Nullable String leaseToken) {
        Attempt there = Optional.ofNullable(named(leaseToken))
                .flatMap(id -> attempts.byId(run.organizationId(), id))
                .orElse(null);
        return require(runner, run, there, leaseToken);
    }

    /**
     * The attempt behind a lease token, when it is the run's newest.
     *
     * <p>Refused: {@code lease-required}, {@code lease-invalid}, {@code lease-superseded}, {@code run-unknown-after-restore}.
     *
     * @param there the attempt that the token names; null where there is none
     */
    Attempt require(Caller runner, RunRequest run, @Nullable Attempt there, @Nullable String leaseToken) {
        if (leaseToken == null) {
            throw ProblemType.LEASE_REQUIRED.because("Send the lease token as Alloy-Lease.");
        }
        if (there == null && named(leaseToken) != null) {
            throw unknown.noSuchAttempt(runner, run);
        }
        Attempt attempt = Optional.ofNullable(there)
                .filter(found -> found.runRequestId().equals(run.id()))
                .filter(found -> found.runnerId().equals(runner.name()))
                .filter(found -> holds(found.leaseTokenHashes(), leaseToken))
                .orElseThrow(() -> ProblemType.LEASE_INVALID.because("The lease token does not belong to this run."));
        requireNewest(run, attempt);
        return attempt;
    }

    private static void requireNewest(RunRequest run, Attempt attempt) {
        if (attempt.number() != run.attempts()) {
            throw ProblemType.LEASE_SUPERSEDED
                    .because("Attempt " + attempt.number() + " is over; the newest is " + run.attempts() + ".")
                    .with("attempt", run.attempts());
        }
    }

    /** Refuses with {@code lease-expired} when the lease is over by the database's clock. */
    void requireHolding(Attempt attempt) {
        if (!attempt.leaseHolds()) {
            throw over();
        }
    }

    static ProblemException over() {
        return ProblemType.LEASE_EXPIRED.because("The lease of this attempt is over.");
    }

    /** The attempt behind a callback token; empty when there is none, or when its run ended some minutes ago. */
    Optional<Attempt> ofCallback(String token) {
        return Secrets.publicId(CALLBACK_PREFIX, token)
                .flatMap(attempts::byPublicId)
                .filter(attempt -> holds(attempt.callbackTokenHashes(), token))
                .filter(attempts::mayStillCall);
    }

    /**
     * The attempt that a callback's credential names, when it is the run's newest.
     *
     * @param there the attempt of that id; null where there is none
     */
    static Attempt requireCallback(RunRequest run, @Nullable Attempt there) {
        if (there == null || !there.runRequestId().equals(run.id())) {
            throw ProblemType.LEASE_INVALID.because("The callback token does not belong to this run.");
        }
        requireNewest(run, there);
        return there;
    }

    private static boolean holds(List<byte[]> hashes, String token) {
        return hashes.stream().filter(Objects::nonNull).anyMatch(hash -> Secrets.matches(token, hash));
    }
}
