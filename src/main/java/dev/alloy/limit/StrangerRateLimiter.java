package dev.alloy.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Limits the rate of requests without a valid credential, by address and in all. */
class StrangerRateLimiter {

    private static final int MOST_KNOWN = 100_000;

    /** The holder of an IPv6 address has all of its network. */
    private static final Pattern VERSION_6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:.]*");

    private static final int BYTES_OF_VERSION_6 = 16;

    private final Cache<String, Bucket> addresses = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterAccess(LimitSettings.LONGEST_WINDOW.plus(LimitSettings.LONGEST_WINDOW))
            .build();
    private final LimitSettings settings;
    private final TimeMeter clock;
    private final Bucket all;

    StrangerRateLimiter(LimitSettings settings, TimeMeter clock) {
        this.settings = settings;
        this.clock = clock;
        this.all = bucket(settings.strangerRequests());
    }

    private Bucket bucket(int requests) {
        return Bucket.builder()
                .withCustomTimePrecision(clock)
                .addLimit(limit -> limit.capacity(requests).refillGreedy(requests, settings.window()))
                .build();
    }

    /** What of the two bounds is reached. */
    enum Bound {
        /** What one address may send, or one network of version 6. */
        ADDRESS,
        /** What all addresses may send. */
        ALL;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which bound a further request from this address would break; empty for none. */
    Optional<Bound> exhausted(String address) {
        Bucket own = addresses.getIfPresent(network(address));
        if (own != null && own.getAvailableTokens() < 1) {
            return Optional.of(Bound.ADDRESS);
        }
        return all.getAvailableTokens() < 1 ? Optional.of(Bound.ALL) : Optional.empty();
    }

    /** No known caller sent it. */
    void count(String address) {
        addresses
                .get(network(address), absent -> bucket(settings.addressRequests()))
                .tryConsume(1);
        all.tryConsume(1);
    }

    private static String network(String address) {
        if (!VERSION_6.matcher(address).matches()) {
            return address;
        }
        try {
            // No name is looked up: it is digits and colons.
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return bytes.length == BYTES_OF_VERSION_6
                    ? HexFormat.of().formatHex(bytes, 0, BYTES_OF_VERSION_6 / 2)
                    : address;
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
