package dev.alloy.openapi;

import dev.alloy.http.CachedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The files of Swagger UI, by path: its program from its jar, and our page, settings and additions. */
final class SwaggerUiFiles {

    private static final List<String> THEIRS =
            List.of("swagger-ui-bundle.js", "swagger-ui.css", "favicon-16x16.png", "favicon-32x32.png");

    private static final List<String> OURS = List.of("index.html", "index.css", "swagger-initializer.js");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=UTF-8",
            "css", "text/css;charset=UTF-8",
            "js", "text/javascript;charset=UTF-8",
            "png", "image/png");

    private SwaggerUiFiles() {}

    static Map<String, CachedFile> read() {
        Map<String, CachedFile> files = new LinkedHashMap<>();
        THEIRS.forEach(name -> files.put("/swagger-ui/" + name, kept(name, theirs(name))));
        OURS.forEach(name -> files.put("/swagger-ui/" + name, kept(name, Resources.required("ui/" + name))));
        return files;
    }

    private static CachedFile kept(String name, byte[] bytes) {
        return CachedFile.of(String.valueOf(TYPES.get(name.replaceFirst(".*\\.", ""))), bytes);
    }

    /** The jar has its version in the path. */
    private static byte[] theirs(String name) {
        try {
            Resource[] found = new PathMatchingResourcePatternResolver()
                    .getResources("classpath*:/META-INF/resources/webjars/swagger-ui/*/" + name);
            if (found.length != 1) {
                throw new IllegalStateException("Swagger UI's " + name + " is there " + found.length + " times");
            }
            try (InputStream in = found[0].getInputStream()) {
                return in.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
