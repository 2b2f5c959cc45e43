package dev.alloy.problem;

import dev.alloy.contract.Finding;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes problem documents (RFC 9457) straight to the response, past content negotiation and converters. */
@Component
public class ProblemWriter {

    private final JsonMapper json;
    private final PublicUrl publicUrl;

    ProblemWriter(JsonMapper json, PublicUrl publicUrl) {
        this.json = json;
        this.publicUrl = publicUrl;
    }

    /** Answers the request with the problem. Does nothing when the response is already on its way. */
    public void write(HttpServletRequest request, HttpServletResponse response, ProblemException problem)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.type().status().value());
        addHeaders(response, problem.type());
        if (request.getAttribute(ProblemPage.ATTRIBUTE) instanceof ProblemPage page) {
            send(response, "text/html;charset=UTF-8", page.render(request, problem, Correlation.of(request)));
            return;
        }
        // A refusal repeats what was sent here and there: the path, a member's name.
        byte[] body =
                Masked.text(json.writeValueAsString(document(request, problem))).getBytes(StandardCharsets.UTF_8);
        send(response, "application/problem+json", body);
    }

    private static void send(HttpServletResponse response, String contentType, byte[] body) throws IOException {
        response.setContentType(contentType);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    private static void addHeaders(HttpServletResponse response, ProblemType type) {
        response.setHeader("Cache-Control", "no-store");
        if (type == ProblemType.UNAUTHENTICATED) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"alloy\"");
        }
        int status = type.status().value();
        boolean retriable = status == 429 || status == 503;
        if (retriable && !response.containsHeader("Retry-After")) {
            response.setHeader("Retry-After", "1");
        }
    }

    private Map<String, Object> document(HttpServletRequest request, ProblemException problem) {
        ProblemType type = problem.type();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", publicUrl.of("/problems/" + type.slug()));
        document.put("title", type.title());
        document.put("status", type.status().value());
        document.put("detail", String.valueOf(problem.getMessage()));
        document.put("instance", instance(request));
        document.put("correlation_id", Correlation.of(request));
        document.put("remedy", problem.remedy());
        List<Finding> errors = problem.errors();
        if (!errors.isEmpty()) {
            document.put("errors", errors);
        }
        document.putAll(problem.members());
        return document;
    }

    private static String instance(HttpServletRequest request) {
        Object failed = request.getAttribute("jakarta.servlet.error.request_uri");
        String path = failed instanceof String uri ? uri : request.getRequestURI();
        return path == null ? "" : Masked.path(path);
    }
}
