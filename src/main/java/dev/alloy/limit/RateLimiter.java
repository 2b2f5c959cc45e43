package dev.alloy.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** Counts the requests of each token and organization on this replica. */
class RateLimiter {

    /** More than the tokens that a replica meets within the longest window; the least used are forgotten first. */
    private static final int MOST_KNOWN = 100_000;

    private final LimitSettings settings;
    private final TimeMeter clock;
    private final Cache<String, Bucket> tokens = known();
    private final Cache<String, Bucket> organizations = known();

    RateLimiter(LimitSettings settings, TimeMeter clock) {
        this.settings = settings;
        this.clock = clock;
    }

    private static Cache<String, Bucket> known() {
        return Caffeine.newBuilder()
                .maximumSize(MOST_KNOWN)
                .expireAfterAccess(LimitSettings.LONGEST_WINDOW.plus(LimitSettings.LONGEST_WINDOW))
                .build();
    }

    /**
     * What is left after a request.
     *
     * @param name whose limit it is: {@code token} or {@code organization}
     * @param allowed whether the request is within it
     * @param left how many more are
     * @param fullAfter seconds until all of it is free again
     * @param retryAfter seconds until one more is allowed; 0 where one is
     */
    record Count(String name, boolean allowed, long left, long fullAfter, long retryAfter) {

        private static Count of(String name, ConsumptionProbe probe) {
            return new Count(
                    name,
                    probe.isConsumed(),
                    probe.getRemainingTokens(),
                    seconds(probe.getNanosToWaitForReset()),
                    seconds(probe.getNanosToWaitForRefill()));
        }

        private static long seconds(long nanos) {
            return (nanos + 999_999_999) / 1_000_000_000;
        }

        /** An item of the RateLimit header. */
        String item() {
            return "\"" + name + "\";r=" + left + ";t=" + fullAfter;
        }
    }

    /** Counts a request of the token. */
    Count ofToken(String credentialId) {
        return count("token", tokens, credentialId, settings.tokenRequests());
    }

    /** Counts a request of the organization. */
    Count ofOrganization(String organization) {
        return count("organization", organizations, organization, settings.organizationRequests());
    }

    private Count count(String name, Cache<String, Bucket> known, String key, int requests) {
        Bucket bucket = known.get(key, absent -> bucket(requests));
        return Count.of(name, bucket.tryConsumeAndReturnRemaining(1));
    }

    private Bucket bucket(int requests) {
        Duration window = settings.window();
        return Bucket.builder()
                .withCustomTimePrecision(clock)
                .addLimit(limit -> limit.capacity(requests).refillGreedy(requests, window))
                .build();
    }

    /** The RateLimit-Policy header: both limits, always alike. */
    String policy() {
        long window = settings.window().toSeconds();
        return "\"token\";q=" + settings.tokenRequests() + ";w=" + window + ", \"organization\";q="
                + settings.organizationRequests() + ";w=" + window;
    }
}
