package dev.alloy.conformance;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * One call that a runner made, and what it was answered.
 *
 * @param name the last segment of the path, such as {@code accepted}
 * @param run the run it is about; empty for none
 * @param lease the Alloy-Lease header
 * @param body as it came, uncompressed
 * @param status the answer's; 0 where the connection was cut
 * @param problem slug of the problem, empty for none
 * @param began {@link System#nanoTime} when it came
 */
record ServerCall(
        String method,
        String path,
        String name,
        String run,
        @Nullable String lease,
        byte[] body,
        int status,
        String problem,
        long began) {

    boolean is(String wanted) {
        return name.equals(wanted);
    }

    /** Whether it tells how a run ended. */
    boolean isResult() {
        return !run.isEmpty() && (is("completed") || is("failed"));
    }

    JsonNode json() {
        try {
            return JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    String told() {
        return method + " " + path + " → " + (status == 0 ? "cut" : status) + (problem.isEmpty() ? "" : " " + problem);
    }
}
