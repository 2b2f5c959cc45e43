package dev.alloy.http;

import dev.alloy.problem.Failures;
import dev.alloy.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Optional;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Tells filters which handler a request will meet. */
record HandlerLookup(RequestMappingHandlerMapping mapping) {

    /**
     * The handler; empty where the dispatcher will refuse the request.
     *
     * @throws ProblemException if the query is malformed: Tomcat says so once, and leaves out what it cannot read when it is asked again
     */
    Optional<HandlerMethod> of(HttpServletRequest request) {
        try {
            var chain = mapping.getHandler(request);
            return chain != null && chain.getHandler() instanceof HandlerMethod method
                    ? Optional.of(method)
                    : Optional.empty();
        } catch (InvalidParameterException e) {
            throw Failures.problem(e);
        } catch (Exception e) {
            // The dispatcher will meet the same failure and answer it.
            return Optional.empty();
        }
    }

    boolean takesSpooledBody(HttpServletRequest request) {
        return of(request)
                .filter(method -> Arrays.stream(method.getMethodParameters())
                        .anyMatch(parameter -> parameter.getParameterType() == SpooledBody.class))
                .isPresent();
    }
}
