package dev.alloy.bench.service;

import org.jspecify.annotations.Nullable;

/**
 * What came out for one question.
 *
 * @param question what was asked
 * @param value the figure
 * @param unit of the figure
 * @param goal the goal in words, or null when the figure is there to be known
 * @param met whether it is reached; null without a goal
 */
public record Figure(
        String question,
        double value,
        String unit,
        @Nullable String goal,
        @Nullable Boolean met) {

    static Figure of(String question, double value, String unit) {
        return new Figure(question, value, unit, null, null);
    }

    static Figure atLeast(String question, double value, String unit, double goal) {
        return new Figure(question, value, unit, ">= " + goal, value >= goal);
    }

    static Figure atMost(String question, double value, String unit, double goal) {
        return new Figure(question, value, unit, "<= " + goal, value <= goal);
    }
}
