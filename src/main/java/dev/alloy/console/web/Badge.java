package dev.alloy.console.web;

import dev.alloy.run.RunStatus;

/**
 * A state as it is drawn: never by its colour alone.
 *
 * @param kind the class of the style sheet
 * @param glyph a sign beside the words
 */
record Badge(String kind, String glyph, String label) {

    /** Every state has its picture; a new one without does not compile. */
    static Badge of(RunStatus status) {
        return switch (status) {
            case AWAITING_APPROVAL -> new Badge("waits", "◔", "awaiting approval");
            case QUEUED -> new Badge("queued", "◷", "queued");
            case OFFERED -> new Badge("queued", "◶", "offered");
            case ACCEPTED -> new Badge("works", "▷", "accepted");
            case EXECUTING -> new Badge("works", "▶", "executing");
            case COMPLETED -> new Badge("good", "✔", "completed");
            case COMPLETED_WITH_FINDINGS -> new Badge("finds", "▲", "completed with findings");
            case FAILED -> new Badge("bad", "✖", "failed");
            case CANCELLED -> new Badge("idle", "⊘", "cancelled");
            case LOST -> new Badge("bad", "?", "lost");
        };
    }

    /** Where a piece of evidence, a gate or a capability stands. */
    static Badge ofStanding(String standing) {
        return switch (standing) {
            case "passing", "preserved", "proven", "passed" -> new Badge("good", "✔", standing);
            case "failing", "refuted", "at_risk", "failed" -> new Badge("bad", "✖", standing.replace('_', ' '));
            case "waived" -> new Badge("finds", "◇", "waived");
            case "missing", "warned" -> new Badge("finds", "▲", standing);
            default -> new Badge("idle", "?", standing.replace('_', ' '));
        };
    }
}
