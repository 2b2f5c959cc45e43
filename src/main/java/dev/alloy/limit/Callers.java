package dev.alloy.limit;

import dev.alloy.access.Caller;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;

/** Whose request this thread serves. */
final class Callers {

    private Callers() {}

    /** The caller, or null where nobody said who they are. */
    static @Nullable Caller current() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Caller caller ? caller : null;
    }

    /** The name under which the caller's organization is counted; those of none are one. */
    static String organization(Caller caller) {
        return caller.organizationId() == null ? "" : caller.organizationId();
    }
}
