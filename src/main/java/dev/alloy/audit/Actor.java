package dev.alloy.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who did something.
 *
 * @param type {@code person}, {@code runner}, {@code registration}, {@code callback}, {@code system} or {@code anonymous}
 * @param name a person's name, a runner's id, or what part of the system it was
 * @param credentialId public id of the credential used; null where none was
 */
public record Actor(String type, String name, @Nullable String credentialId) {

    /** The service itself, acting on the clock and not for a caller. */
    public static final Actor SYSTEM = new Actor("system", "alloy", null);
}
