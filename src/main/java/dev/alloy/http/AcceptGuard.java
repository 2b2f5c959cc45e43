package dev.alloy.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Refuses what cannot be answered in an acceptable form before it is done; Spring itself notices only when it writes. */
class AcceptGuard implements HandlerInterceptor {

    private static final Set<MediaType> JSON = Set.of(MediaType.APPLICATION_JSON);

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws HttpMediaTypeNotAcceptableException {
        if (handler instanceof HandlerMethod method
                && !method.isVoid()
                && request.getRequestURI().startsWith("/api/")) {
            Set<MediaType> produced = produced(request);
            if (!accepts(request, produced)) {
                throw new HttpMediaTypeNotAcceptableException(List.copyOf(produced));
            }
        }
        return true;
    }

    @SuppressWarnings("unchecked")
    private static Set<MediaType> produced(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE) instanceof Set<?> declared
                ? (Set<MediaType>) declared
                : JSON;
    }

    private static boolean accepts(HttpServletRequest request, Set<MediaType> produced)
            throws HttpMediaTypeNotAcceptableException {
        List<String> headers = Collections.list(request.getHeaders(HttpHeaders.ACCEPT));
        if (headers.isEmpty()) {
            return true;
        }
        try {
            List<MediaType> accepted = MediaType.parseMediaTypes(headers);
            return accepted.isEmpty()
                    || accepted.stream()
                            .filter(type -> type.getQualityValue() > 0)
                            .anyMatch(type -> produced.stream().anyMatch(type::isCompatibleWith));
        } catch (InvalidMediaTypeException e) {
            throw new HttpMediaTypeNotAcceptableException("Could not parse 'Accept' header");
        }
    }
}
