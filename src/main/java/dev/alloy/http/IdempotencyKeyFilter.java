package dev.alloy.http;

import dev.alloy.contract.Digest;
import dev.alloy.http.IdempotencyRecords.IdempotencyRecord;
import dev.alloy.problem.Failures;
import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Principal;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.Authentication;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Runs a call with {@code Idempotency-Key} in one transaction with the record of its answer. Either both are kept or
 * neither, whenever the service or the connection dies. Refusals are not kept; repeating one just runs again.
 */
class IdempotencyKeyFilter extends OncePerRequestFilter {

    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final HandlerLookup handlers;
    private final TransactionTemplate transaction;
    private final IdempotencyRecords answers;
    private final ProblemWriter problems;

    IdempotencyKeyFilter(
            HandlerLookup handlers,
            TransactionTemplate transaction,
            IdempotencyRecords answers,
            ProblemWriter problems) {
        this.handlers = handlers;
        this.transaction = transaction;
        this.answers = answers;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getHeader("Idempotency-Key") == null
                || !request.getMethod().equals("POST")
                || request.getUserPrincipal() == null
                // Keeps nothing, so there is nothing to repeat.
                || "true".equals(request.getParameter("preview"))
                || !creates(request);
    }

    private boolean creates(HttpServletRequest request) {
        return handlers.of(request)
                .filter(method -> method.hasMethodAnnotation(Creates.class))
                .isPresent();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var captured = new ContentCachingResponseWrapper(response);
        try {
            transaction.executeWithoutResult(status -> {
                boolean kept = answerOnce(request, captured, chain);
                if (!kept) {
                    status.setRollbackOnly();
                }
            });
        } catch (ProblemException e) {
            problems.write(request, response, e);
            return;
        } catch (DataAccessException | TransactionException e) {
            problems.write(request, response, Failures.problem(e));
            return;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        captured.copyBodyToResponse();
    }

    /** Returns whether to keep what happened. */
    private boolean answerOnce(HttpServletRequest request, ContentCachingResponseWrapper response, FilterChain chain) {
        String key = wellFormed(request.getHeader("Idempotency-Key"));
        Principal caller = request.getUserPrincipal();
        String owner = owner(caller);
        String fingerprint = fingerprint(request);
        if (!answers.claim(owner, key)) {
            throw ProblemType.IDEMPOTENCY_KEY_IN_PROGRESS.because(
                    "The first request with this Idempotency-Key is still running.");
        }
        try {
            Optional<IdempotencyRecord> first = answers.find(owner, key);
            if (first.isPresent()) {
                replay(first.get(), fingerprint, response);
                return true;
            }
            chain.doFilter(request, response);
            if (response.getStatus() >= 300) {
                return false;
            }
            answers.keep(
                    owner,
                    key,
                    new IdempotencyRecord(
                            fingerprint,
                            response.getStatus(),
                            response.getHeader("Location"),
                            response.getHeader("ETag"),
                            response.getContentAsByteArray()));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ServletException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void replay(IdempotencyRecord first, String fingerprint, HttpServletResponse response)
            throws IOException {
        if (!first.fingerprint().equals(fingerprint)) {
            throw ProblemType.IDEMPOTENCY_KEY_REUSED.because(
                    "This Idempotency-Key belongs to an earlier request with another path or body.");
        }
        response.setStatus(first.status());
        response.setHeader("Idempotent-Replayed", "true");
        if (first.location() != null) {
            response.setHeader("Location", first.location());
        }
        if (first.etag() != null) {
            response.setHeader("ETag", first.etag());
        }
        response.setContentType("application/json");
        response.getOutputStream().write(first.body());
    }

    /** The credential, not only its owner: another token of the same person may reach less. */
    private static String owner(Principal caller) {
        return caller instanceof Authentication authentication && authentication.getDetails() != null
                ? caller.getName() + "/" + authentication.getDetails()
                : caller.getName();
    }

    private static String wellFormed(String key) {
        if (!FORM.matcher(key).matches()) {
            throw ProblemType.INVALID_PARAMETER.because(
                    "Idempotency-Key must be 1 to 255 visible ASCII characters without spaces.");
        }
        if (Masked.isNeeded(key)) {
            throw ProblemType.INVALID_PARAMETER.because("Idempotency-Key is stored, so it must not be a credential.");
        }
        return key;
    }

    private static String fingerprint(HttpServletRequest request) {
        String body = request instanceof ReadRequest read ? read.bodyDigest() : Digest.of(new byte[0]);
        String query = request.getQueryString();
        return request.getRequestURI() + (query == null ? "" : "?" + query) + " " + body;
    }
}
