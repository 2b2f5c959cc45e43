package dev.alloy.problem.web;

import dev.alloy.problem.ProblemType;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The pages that the {@code type} of a problem resolves to, made from the registry. */
@Hidden
@RestController
class ProblemPagesController {

    @GetMapping(path = "/problems", produces = MediaType.TEXT_HTML_VALUE)
    String all() {
        String rows = Arrays.stream(ProblemType.values())
                .map(type -> "<li><a href=\"/problems/%s\">%s</a> (%d) %s</li>"
                        .formatted(type.slug(), type.slug(), type.status().value(), type.title()))
                .collect(Collectors.joining("\n"));
        return page("Problem types", "<ul>" + rows + "</ul>");
    }

    @GetMapping(path = "/problems/{slug}", produces = MediaType.TEXT_HTML_VALUE)
    String one(@PathVariable String slug) {
        ProblemType type = ProblemType.of(slug)
                .orElseThrow(() -> ProblemType.NOT_FOUND.because("There is no problem type of that name."));
        return page(
                type.title(),
                "<p>Type <code>%s</code>, status %d.</p><p>%s</p><h2>What to do</h2><p>%s</p><p><a href=\"/problems\">All problem types</a></p>"
                        .formatted(
                                type.slug(), type.status().value(), escape(type.explanation()), escape(type.remedy())));
    }

    private static String page(String title, String body) {
        return """
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s</title></head>
                <body><h1>%s</h1>%s</body></html>
                """.formatted(title, title, body);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
