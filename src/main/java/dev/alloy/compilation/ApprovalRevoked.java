package dev.alloy.compilation;

/**
 * An approval was revoked; published in its transaction.
 *
 * @param approval what was revoked
 */
public record ApprovalRevoked(Approval approval) {}
