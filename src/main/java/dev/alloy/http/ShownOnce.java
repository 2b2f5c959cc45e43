package dev.alloy.http;

import java.util.Set;

/** The secrets that an answer holds when something was created, and never again. */
public final class ShownOnce {

    /** The members that hold one; they are left out of what is kept for {@code Idempotency-Key}. */
    public static final Set<String> MEMBERS =
            Set.of("token", "runner_key", "registration_token", "lease_token", "callback_token");

    private ShownOnce() {}
}
