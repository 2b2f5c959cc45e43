package dev.alloy.problem.web;

import dev.alloy.problem.Correlation;
import dev.alloy.problem.ProblemType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Replaces Tomcat's HTML page for requests that it refuses before any filter runs. It is made by Tomcat, not by Spring, and
 * has nothing but constants and what {@link EdgeValve} noted to write. Public because Tomcat creates it by name.
 */
public class ProblemErrorReportValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemType type = ProblemType.forStatus(status);
        // No path: it is what may be wrong, and whatever is in it.
        String body = """
                {"type":"%s","title":"%s","status":%d,"detail":"%s","correlation_id":"%s","remedy":"%s"}""".formatted(
                        EdgeValve.url(request, "/problems/" + type.slug()),
                        type.title(),
                        status,
                        type.explanation(),
                        Correlation.of(request.getRequest()),
                        type.remedy());
        try {
            response.setContentType("application/problem+json");
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            response.setContentLength(bytes.length);
            response.getOutputStream().write(bytes);
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            container.getLogger().debug("The caller went away before its error could be reported", e);
        }
    }
}
