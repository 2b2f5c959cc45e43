package dev.alloy.compilation;

import dev.alloy.access.Caller;

/**
 * An approval was given. It is published in its transaction, so waiting runs move in the same one.
 *
 * @param caller who gave it
 * @param approval what was given
 */
public record BriefApproved(Caller caller, Approval approval) {}
