package dev.alloy.limit;

import dev.alloy.limit.FairShare.ShareKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Judges once whether a request of a known caller is to be served at all: within its rates, and in time by the pace of what is served.
 * What is refused costs no statement and waits for nothing. Source: access.md, “Limits”.
 */
class Admission {

    private static final String ADMITTED = Admission.class.getName();

    private final LimitSettings settings;
    private final RateLimiter rates;
    private final Shares shares;
    private final Refusals refusals;

    Admission(LimitSettings settings, RateLimiter rates, Shares shares, Refusals refusals) {
        this.settings = settings;
        this.rates = rates;
        this.shares = shares;
        this.refusals = refusals;
    }

    /** Whether it may go on; else it was answered. */
    boolean admits(ShareKey guest, WorkKind work, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (request.getAttribute(ADMITTED) != null) {
            return true;
        }
        request.setAttribute(ADMITTED, true);
        WaitDeadline deadline = WaitDeadline.of(request, settings.longestWait(work));
        return isWithinRates(guest, work, request, response) && isInTime(guest, work, deadline, request, response);
    }

    private boolean isWithinRates(
            ShareKey guest, WorkKind work, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        RateLimiter.Count token = rates.ofToken(guest.token());
        RateLimiter.Count all = rates.ofOrganization(guest.organization());
        response.setHeader("RateLimit-Policy", rates.policy());
        response.setHeader("RateLimit", token.item() + ", " + all.item());
        RateLimiter.Count exceeded = !token.allowed() ? token : all;
        if (exceeded.allowed()) {
            return true;
        }
        refusals.ofRate(request, response, work, exceeded);
        return false;
    }

    /** Reports are worth waiting for: a lease ends meanwhile, and only their own kind is before them. */
    private boolean isInTime(
            ShareKey guest,
            WorkKind work,
            WaitDeadline deadline,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (work == WorkKind.REPORT) {
            return true;
        }
        if (deadline.isOver()) {
            refusals.tooManyAtOnce(request, response, work, Shed.Reason.WAITED_TOO_LONG);
            return false;
        }
        // Twice, because the pace changes: who is let in and refused in the end has cost more than both.
        if (shares.of(work).expectedWait(guest).multipliedBy(2).compareTo(deadline.left()) > 0) {
            refusals.tooManyAtOnce(request, response, work, Shed.Reason.WOULD_WAIT_TOO_LONG);
            return false;
        }
        return true;
    }
}
