package dev.alloy.access;

import java.util.Optional;

/** Knows one kind of bearer token. */
public interface CredentialSource {

    /** What tokens of this kind begin with. */
    String prefix();

    /**
     * Whose token it is.
     *
     * @param token begins with {@link #prefix()}
     * @return empty when it is unknown, expired or revoked
     */
    Optional<Caller> authenticate(String token);
}
