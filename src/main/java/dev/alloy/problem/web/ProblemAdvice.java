package dev.alloy.problem.web;

import dev.alloy.problem.Failures;
import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
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
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Turns whatever a controller threw into a problem document. No exception's own text reaches the caller. */
@RestControllerAdvice
class ProblemAdvice {

    private final ProblemWriter writer;
    private final NearestPaths paths;

    ProblemAdvice(ProblemWriter writer, NearestPaths paths) {
        this.writer = writer;
        this.paths = paths;
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
        writer.write(request, response, problem(exception, request));
    }

    private ProblemException problem(Exception exception, HttpServletRequest request) {
        if (exception instanceof NoResourceFoundException || exception instanceof NoHandlerFoundException) {
            List<String> nearest = paths.to(request.getRequestURI());
            return ProblemType.NO_SUCH_PATH
                    .because(
                            nearest.isEmpty()
                                    ? "No call has this path."
                                    : "No call has this path; the nearest is " + nearest.get(0) + ".")
                    .with("nearest", nearest);
        }
        return problem(exception);
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
        if (exception instanceof HttpMediaTypeNotSupportedException media) {
            return ProblemType.UNSUPPORTED_MEDIA_TYPE.because((media.getContentType() == null
                            ? "The body has no Content-Type; "
                            : "The body was sent as '" + Masked.excerpt(String.valueOf(media.getContentType())) + "'; ")
                    + (media.getSupportedMediaTypes().isEmpty()
                            ? "send application/json in UTF-8."
                            : named(media.getSupportedMediaTypes()) + " is read here."));
        }
        if (exception instanceof HttpRequestMethodNotSupportedException method
                && method.getSupportedMethods() != null) {
            return ProblemType.METHOD_NOT_ALLOWED.because("This path was called with "
                    + Masked.excerpt(method.getMethod())
                    + "; it takes "
                    + Arrays.stream(method.getSupportedMethods()).sorted().collect(Collectors.joining(", "))
                    + ".");
        }
        if (exception instanceof HttpMediaTypeNotAcceptableException) {
            return ProblemType.NOT_ACCEPTABLE.because("The Accept header allows no media type of this resource.");
        }
        if (exception instanceof ErrorResponse known) {
            ProblemType type = ProblemType.forStatus(known.getStatusCode().value());
            return type.because(type.explanation());
        }
        return Failures.problem(exception);
    }

    private static String named(List<MediaType> types) {
        return types.stream().map(MediaType::toString).distinct().collect(Collectors.joining(", "));
    }
}
