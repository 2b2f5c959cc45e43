package dev.alloy.access;

import org.jspecify.annotations.Nullable;

/**
 * A person ended an access token or a session. What it holds open must end too. Published within the transaction that
 * ends it.
 *
 * @param organizationId whose it was; null where it reaches all
 */
public record CredentialEnded(@Nullable String organizationId) {}
