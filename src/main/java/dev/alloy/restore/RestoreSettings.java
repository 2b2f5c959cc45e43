package dev.alloy.restore;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the operator says of the database. Source: docs/operations.md, “Settings”.
 *
 * @param restored true: it was put back to an earlier moment. False: it was moved, or failed over, with everything that was committed. Null: the
 *     service finds out
 */
@ConfigurationProperties("alloy")
record RestoreSettings(@Nullable Boolean restored) {}
