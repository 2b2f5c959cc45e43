package dev.alloy.problem.web;

import dev.alloy.problem.Failures;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Turns whatever a controller threw into a problem document. No exception's own text reaches the caller. */
@RestControllerAdvice
class ProblemAdvice {

    private final ProblemWriter writer;

    ProblemAdvice(ProblemWriter writer) {
        this.writer = writer;
    }

    @ExceptionHandler
    void answer(Exception exception, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (exception instanceof HttpRequestMethodNotSupportedException method
                && method.getSupportedHttpMethods() != null) {
            response.setHeader(
                    "Allow",
                    method.getSupportedHttpMethods().stream()
                            .map(Object::toString)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        writer.write(request, response, problem(exception));
    }

    private static ProblemException problem(Exception exception) {
        if (exception instanceof ProblemException problem) {
            return problem;
        }
        if (exception.getCause() instanceof ProblemException problem) {
            return problem;
        }
        if (exception instanceof HttpMessageNotReadableException) {
            return ProblemType.MALFORMED_JSON.because("The body is empty; a JSON object is expected.");
        }
        if (exception instanceof InvalidParameterException) {
            return ProblemType.INVALID_PARAMETER.because("The query is not well-formed, percent-encoded UTF-8.");
        }
        if (exception instanceof RequestRejectedException) {
            return ProblemType.MALFORMED_REQUEST.because(
                    "A parameter or header holds characters that are not allowed.");
        }
        if (exception instanceof MethodArgumentTypeMismatchException mismatch) {
            return ProblemType.INVALID_PARAMETER.because("The value of '" + mismatch.getName() + "' cannot be read.");
        }
        if (exception instanceof MissingServletRequestParameterException missing) {
            return ProblemType.INVALID_PARAMETER.because(
                    "The parameter '" + missing.getParameterName() + "' is missing.");
        }
        if (exception instanceof MissingRequestHeaderException missing) {
            return ProblemType.INVALID_PARAMETER.because("The header '" + missing.getHeaderName() + "' is missing.");
        }
        if (exception instanceof HttpMediaTypeNotSupportedException) {
            return ProblemType.UNSUPPORTED_MEDIA_TYPE.because("The body must be application/json in UTF-8.");
        }
        if (exception instanceof HttpMediaTypeNotAcceptableException) {
            return ProblemType.NOT_ACCEPTABLE.because("Nothing in the Accept header can be produced here.");
        }
        if (exception instanceof ErrorResponse known) {
            ProblemType type = ProblemType.forStatus(known.getStatusCode().value());
            return type.because(type.explanation());
        }
        return Failures.problem(exception);
    }
}
