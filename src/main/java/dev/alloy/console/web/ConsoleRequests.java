package dev.alloy.console.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Tells requests for pages from those for the API. The console's addresses answer with pages only where the Accept
 * header names HTML: curl, scripts and clients without that header get problem documents there, as everywhere else.
 */
final class ConsoleRequests {

    private static final Set<String> FIRST_SEGMENTS = Set.of("", "briefs", "runs", "search", "sign-in", "sign-out");

    private static final Pattern STREAM = Pattern.compile("/runs/[^/]+/events");

    private ConsoleRequests() {}

    /** Whether the path is one of the console's, the caller and for what. */
    static boolean isConsoleAddress(HttpServletRequest request) {
        String path = request.getRequestURI();
        int end = path.indexOf('/', 1);
        return path.startsWith("/") && FIRST_SEGMENTS.contains(path.substring(1, end < 0 ? path.length() : end));
    }

    /** Whether it is to be answered with a page, or with the stream that keeps a page up to date. */
    static boolean isForPages(HttpServletRequest request) {
        return isConsoleAddress(request) && (names(request, MediaType.TEXT_HTML) || isForStream(request));
    }

    /** Whether a page of ours asks to be kept up to date. */
    static boolean isForStream(HttpServletRequest request) {
        return STREAM.matcher(request.getRequestURI()).matches() && names(request, MediaType.TEXT_EVENT_STREAM);
    }

    private static boolean names(HttpServletRequest request, MediaType wanted) {
        try {
            List<String> accept = Collections.list(request.getHeaders(HttpHeaders.ACCEPT));
            return MediaType.parseMediaTypes(accept).stream()
                    .anyMatch(type -> type.equalsTypeAndSubtype(wanted) && type.getQualityValue() > 0);
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }
}
