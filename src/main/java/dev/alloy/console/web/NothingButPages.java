package dev.alloy.console.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Answers at the console's addresses, where no page is asked for, as at any that is not there. */
class NothingButPages extends OncePerRequestFilter {

    private final HandlerExceptionResolver refusals;

    NothingButPages(HandlerExceptionResolver refusals) {
        this.refusals = refusals;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !ConsoleRequests.isConsoleAddress(request) || ConsoleRequests.isForPages(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = request.getRequestURI();
        refusals.resolveException(
                request,
                response,
                null,
                new NoResourceFoundException(HttpMethod.valueOf(request.getMethod()), path, path));
    }
}
