package dev.alloy.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.alloy.access.Caller;
import dev.alloy.access.Secrets;
import dev.alloy.limit.FairShare.ShareKey;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose a credential was of late, by the digest of what was sent. Nobody is let in by it: it only tells whom to refuse before the
 * credential is looked up.
 */
class KnownCallers {

    private static final int MOST = 100_000;
    private static final String CALLER = KnownCallers.class.getName();
    private static final String DIGEST = CALLER + ".digest";

    private final Cache<String, KnownCaller> byDigest = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(Duration.ofMinutes(10))
            .build();

    /** Who called. */
    record KnownCaller(ShareKey guest, Caller.Kind kind) {}

    /** The request's credential is good. */
    static void isGood(HttpServletRequest request, Caller caller) {
        request.setAttribute(CALLER, new KnownCaller(ShareKey.of(caller), caller.kind()));
    }

    /** Whose credential the request has, if it was good of late. */
    Optional<KnownCaller> find(HttpServletRequest request) {
        String digest = digest(request);
        return digest == null ? Optional.empty() : Optional.ofNullable(byDigest.getIfPresent(digest));
    }

    /** Keeps what {@link #isGood} said of a request; answers whether it did. */
    boolean remember(HttpServletRequest request) {
        if (!(request.getAttribute(CALLER) instanceof KnownCaller caller)) {
            return false;
        }
        String digest = digest(request);
        if (digest != null && !caller.equals(byDigest.getIfPresent(digest))) {
            byDigest.put(digest, caller);
        }
        return true;
    }

    /** The digest of what may be a credential; nothing keeps the credential itself. */
    private static @Nullable String digest(HttpServletRequest request) {
        if (request.getAttribute(DIGEST) instanceof String known) {
            return known;
        }
        String authorization = request.getHeader("Authorization");
        String cookie = request.getHeader("Cookie");
        if (authorization == null && cookie == null) {
            return null;
        }
        String digest = HexFormat.of().formatHex(Secrets.hash(authorization + "\n" + cookie));
        request.setAttribute(DIGEST, digest);
        return digest;
    }
}
