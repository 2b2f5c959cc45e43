package dev.alloy.console.web;

import dev.alloy.run.RunStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands above every part of a run's page.
 *
 * @param sentence where it is and why, or what came of it
 * @param facts names and values, in order
 * @param approve where it is approved; null unless it awaits that
 * @param live where what happens to it can be followed; null once it has ended
 * @param lastEvent the last event that this page knows
 * @param curl the call that answers with what is shown
 */
record RunHead(
        String id,
        Badge badge,
        RunStatus status,
        Moment since,
        String sentence,
        List<Mark> marks,
        List<Steps.Step> steps,
        Timeline timeline,
        List<Fact> facts,
        List<Tab> tabs,
        @Nullable Address approve,
        @Nullable Address live,
        long lastEvent,
        String curl) {

    /**
     * One fact about a run.
     *
     * @param address what it leads to; null for nowhere
     * @param isCode whether it is an id, a digest or another name for machines
     */
    record Fact(String name, String value, @Nullable Address address, boolean isCode) {}

    /** One of the parts. */
    record Tab(String label, Address address, boolean chosen) {}
}
