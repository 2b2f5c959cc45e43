package dev.alloy.problem.web;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Finds the paths of calls that resemble one that there is not. */
@Component
class NearestPaths {

    private static final int MOST = 3;

    /** Longer ones resemble nothing, and would cost a search. */
    private static final int LONGEST = 200;

    private final ObjectProvider<RequestMappingHandlerMapping> calls;

    NearestPaths(@Qualifier("requestMappingHandlerMapping") ObjectProvider<RequestMappingHandlerMapping> calls) {
        this.calls = calls;
    }

    /** Up to three, the nearest first; none where nothing resembles it. */
    List<String> to(String path) {
        if (path.length() > LONGEST) {
            return List.of();
        }
        return patterns().stream()
                .map(pattern -> new Ranked(pattern, distance(path, pattern)))
                .filter(ranked -> ranked.distance() <= Math.max(3, path.length() / 3))
                .sorted(Comparator.comparingInt(Ranked::distance).thenComparing(Ranked::pattern))
                .limit(MOST)
                .map(Ranked::pattern)
                .toList();
    }

    private record Ranked(String pattern, int distance) {}

    private Set<String> patterns() {
        Set<String> patterns = new TreeSet<>();
        calls.getObject().getHandlerMethods().keySet().forEach(mapping -> patterns.addAll(mapping.getPatternValues()));
        patterns.removeIf(pattern -> !pattern.startsWith("/api/"));
        return patterns;
    }

    /** Letters to change, segment by segment; whatever stands where a pattern has an id is as it should be. */
    static int distance(String path, String pattern) {
        String[] sent = path.split("/");
        String[] known = pattern.split("/");
        int distance = 0;
        for (int i = 0; i < Math.max(sent.length, known.length); i++) {
            String one = i < sent.length ? sent[i] : "";
            String other = i < known.length ? known[i] : "";
            if (!other.startsWith("{") || one.isEmpty()) {
                distance += edits(one, other.startsWith("{") ? "id" : other);
            }
        }
        return distance;
    }

    private static int edits(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
