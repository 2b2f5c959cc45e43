package dev.alloy.console;

import dev.alloy.access.Access;
import dev.alloy.testing.FullWorld;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every page of the console, as its handler declares it: sweeps over all of them meet new ones by themselves. */
final class ConsolePages {

    private static final List<String> PARTS = List.of(
            "why", "evidence", "gates", "trace", "result", "late-reports", "audit", "report", "attestation", "events");

    private ConsolePages() {}

    /**
     * A page.
     *
     * @param pattern as it is declared
     */
    record Page(String method, String pattern, HandlerMethod handler) {

        Access access() {
            return Objects.requireNonNull(handler.getMethodAnnotation(Access.class), handler::toString);
        }

        boolean isRead() {
            return method.equals("GET") && !isStream() && !isDownload();
        }

        boolean isStream() {
            return handler.getReturnType().getParameterType().getSimpleName().equals("SseEmitter");
        }

        boolean isDownload() {
            return isFile(pattern);
        }

        /** Whether a link leads to a file instead of a page. */
        static boolean isFile(String path) {
            return path.endsWith(".jsonl");
        }

        boolean isOfAnObject() {
            return pattern.contains("{id}");
        }

        /** Its addresses, for the objects of a world. */
        List<String> paths(String run, String brief) {
            String path = pattern.replace("{id}", pattern.startsWith("/briefs") ? brief : run);
            return path.contains("{tab}")
                    ? PARTS.stream().map(part -> path.replace("{tab}", part)).toList()
                    : List.of(path);
        }

        List<String> paths(FullWorld world) {
            return paths(world.id("run-requests"), world.id("formation-briefs"));
        }

        @Override
        public String toString() {
            return method + " " + pattern;
        }
    }

    static List<Page> all(RequestMappingHandlerMapping mapping) {
        List<Page> pages = new ArrayList<>();
        mapping.getHandlerMethods().forEach((info, handler) -> {
            Method method = handler.getMethod();
            if (method.getDeclaringClass().getPackageName().equals("dev.alloy.console.web")) {
                Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
                for (String pattern : info.getPatternValues()) {
                    methods.forEach(one -> pages.add(new Page(one.name(), pattern, handler)));
                }
            }
        });
        return pages.stream()
                .sorted(Comparator.comparing(Page::pattern).thenComparing(Page::method))
                .toList();
    }

    /** The pages that can be looked at by whoever is signed in. */
    static Stream<Page> read(RequestMappingHandlerMapping mapping) {
        return all(mapping).stream().filter(Page::isRead).filter(page -> !page.access()
                .open());
    }
}
