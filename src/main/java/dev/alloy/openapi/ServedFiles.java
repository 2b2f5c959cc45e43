package dev.alloy.openapi;

import dev.alloy.http.CachedFile;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpRequestHandler;

/**
 * Answers the OpenAPI document and Swagger UI from files that are made once, in the background, when the service has started. Who comes before they
 * are ready waits without a thread.
 */
@Component
class ServedFiles implements HttpRequestHandler {

    static final String JSON = "/v3/api-docs";
    static final String YAML = "/v3/api-docs.yaml";
    static final String START = "/swagger-ui/index.html";

    private static final String WAITED_FOR = ServedFiles.class.getName();

    private static final Logger log = LoggerFactory.getLogger(ServedFiles.class);

    private final OpenApiSettings settings;
    private final ObjectProvider<DocumentMaker> maker;
    private final ObjectProvider<ProblemWriter> problems;
    private @Nullable CompletableFuture<Map<String, CachedFile>> files;

    ServedFiles(OpenApiSettings settings, ObjectProvider<DocumentMaker> maker, ObjectProvider<ProblemWriter> problems) {
        this.settings = settings;
        this.maker = maker;
        this.problems = problems;
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        if (settings.enabled() && settings.prepare()) {
            files();
        }
    }

    /** The files; what failed is tried again by who asks next. */
    private synchronized CompletableFuture<Map<String, CachedFile>> files() {
        if (files == null || files.isCompletedExceptionally()) {
            var begun = new CompletableFuture<Map<String, CachedFile>>();
            files = begun;
            var thread = new Thread(() -> make(begun), "openapi");
            thread.setDaemon(true);
            // Nothing waits for it but people.
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
        return files;
    }

    private void make(CompletableFuture<Map<String, CachedFile>> target) {
        try {
            DocumentMaker.Made document = maker.getObject().make();
            Map<String, CachedFile> made = new LinkedHashMap<>(SwaggerUiFiles.read());
            made.put(JSON, CachedFile.of("application/json", document.json()));
            made.put(YAML, CachedFile.of("application/vnd.oai.openapi", document.yaml()));
            target.complete(made);
        } catch (RuntimeException | Error e) {
            log.error("The OpenAPI document could not be made", e);
            target.completeExceptionally(e);
        }
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!settings.enabled()) {
            notFound(request, response, "The OpenAPI document and Swagger UI are switched off here.");
            return;
        }
        String path = request.getRequestURI().substring(request.getContextPath().length());
        if (path.equals("/swagger-ui.html") || path.equals("/swagger-ui") || path.equals("/swagger-ui/")) {
            response.setStatus(HttpServletResponse.SC_FOUND);
            // Relative to the host that was called, whatever it calls itself.
            response.setHeader("Location", request.getContextPath() + START);
            return;
        }
        CompletableFuture<Map<String, CachedFile>> all = waitedFor(request);
        if (!all.isDone()) {
            request.setAttribute(WAITED_FOR, all);
            var async = request.startAsync(request, response);
            all.whenComplete((made, failure) -> async.dispatch());
        } else if (all.isCompletedExceptionally()) {
            problems.getObject()
                    .write(
                            request,
                            response,
                            ProblemType.INTERNAL_ERROR.because(
                                    "The OpenAPI document could not be made; the log says why."));
        } else {
            CachedFile file = all.join().get(path);
            if (file == null) {
                notFound(request, response, "There is no file of this name.");
            } else {
                file.answer(request, response, problems.getObject());
            }
        }
    }

    /** Who has waited is answered by what came, a failure too; everybody else by what there is now. */
    @SuppressWarnings("unchecked")
    private CompletableFuture<Map<String, CachedFile>> waitedFor(HttpServletRequest request) {
        return request.getAttribute(WAITED_FOR) instanceof CompletableFuture<?> waitedFor
                ? (CompletableFuture<Map<String, CachedFile>>) waitedFor
                : files();
    }

    private void notFound(HttpServletRequest request, HttpServletResponse response, String detail) throws IOException {
        problems.getObject().write(request, response, ProblemType.NOT_FOUND.because(detail));
    }
}
