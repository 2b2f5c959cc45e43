package dev.alloy.console.web;

import dev.alloy.problem.PublicUrl;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/**
 * The console's two cookies: the session, and before that one what ties the form for signing in to this browser. Over TLS their names
 * make browsers keep them to this host; over plain HTTP there are none but on this machine.
 */
@Component
class SessionCookies {

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
    private static final String PREFIX = "__Host-";

    private final boolean isBehindTls;

    SessionCookies(PublicUrl publicUrl) {
        this.isBehindTls = publicUrl.of("/").startsWith("https:");
    }

    /** What a cookie is for. */
    enum Use {
        SESSION("alloy"),
        SIGN_IN("alloy-sign-in");

        private final String bareName;

        Use(String bareName) {
            this.bareName = bareName;
        }
    }

    /** Whether a secret may go to this browser at all. */
    boolean isPossible(HttpServletRequest request) {
        return isSecure(request) || THIS_MACHINE.contains(request.getServerName());
    }

    private boolean isSecure(HttpServletRequest request) {
        return isBehindTls || request.isSecure();
    }

    private String name(HttpServletRequest request, Use use) {
        return (isSecure(request) ? PREFIX : "") + use.bareName;
    }

    /** What the browser holds; of two cookies of one name nobody can tell which is ours. */
    Optional<String> read(HttpServletRequest request, Use use) {
        Cookie[] cookies = request.getCookies();
        String found = null;
        for (Cookie cookie : cookies == null ? new Cookie[0] : cookies) {
            if (cookie.getName().equals(name(request, use))) {
                if (found != null) {
                    return Optional.empty();
                }
                found = cookie.getValue();
            }
        }
        return Optional.ofNullable(found);
    }

    /** Hands the browser a secret until it is closed; the session itself ends sooner. */
    void write(HttpServletRequest request, HttpServletResponse response, Use use, String value) {
        response.addHeader(
                HttpHeaders.SET_COOKIE, cookie(request, use, value).build().toString());
    }

    /** Has the browser forget it. */
    void clear(HttpServletRequest request, HttpServletResponse response, Use use) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                cookie(request, use, "").maxAge(0).build().toString());
    }

    private ResponseCookie.ResponseCookieBuilder cookie(HttpServletRequest request, Use use, String value) {
        return ResponseCookie.from(name(request, use), value)
                .httpOnly(true)
                .secure(isSecure(request))
                .sameSite("Lax")
                .path("/");
    }
}
