package dev.alloy.compilation;

import dev.alloy.access.Caller;

/**
 * A brief was rejected or archived. It is published in its transaction, so runs that wait for approval end in the same
 * one.
 *
 * @param caller who closed it
 * @param brief the brief
 * @param reason why, for those who wait
 */
public record BriefClosed(Caller caller, Brief brief, String reason) {}
