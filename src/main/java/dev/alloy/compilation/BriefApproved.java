package dev.alloy.compilation;

import dev.alloy.access.Caller;

/**
 * An approval was given; published in its transaction, so runs which wait for it move in the same one.
 *
 * @param caller who gave it
 * @param approval what was given
 */
public record BriefApproved(Caller caller, Approval approval) {}
