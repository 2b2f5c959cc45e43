package dev.alloy.http;

import dev.alloy.problem.ProblemType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Strong entity tags (RFC 9110) and the preconditions that name them. */
public final class EntityTag {

    private EntityTag() {}

    /** The tag of a mutable resource. */
    public static String of(String id, long version) {
        return "\"" + id + "." + version + "\"";
    }

    /** The tag of bytes that never change. */
    public static String of(String digest) {
        return "\"" + digest + "\"";
    }

    /** Refuses a change that does not name the version it is based on, or names another than the present one. */
    public static void require(@Nullable String ifMatch, String current) {
        if (ifMatch == null) {
            throw ProblemType.PRECONDITION_REQUIRED.because("Send the ETag of the resource as If-Match.");
        }
        honour(ifMatch, current);
    }

    /** Refuses a change whose If-Match, where one is sent, names another version than the present one. */
    public static void honour(@Nullable String ifMatch, String current) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return;
        }
        boolean named = Arrays.stream(ifMatch.split(",")).map(String::strip).anyMatch(current::equals);
        if (!named) {
            throw ProblemType.PRECONDITION_FAILED.because(
                    "The resource has changed since; read it again for its new ETag.");
        }
    }
}
