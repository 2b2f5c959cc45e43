package dev.alloy.console.web;

import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ReviewSubject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is new since the last approval in the same project, as a page shows it: that is what a reviewer has to read.
 *
 * @param since what it is compared with, as a sentence
 * @param changes those that weaken a gate first
 * @param more how many others are not shown
 */
record ApprovalNews(String since, List<Change> changes, int more) {

    /**
     * One thing that is different.
     *
     * @param was null where it is new
     * @param is null where it is gone
     */
    record Change(
            String area,
            String subject,
            @Nullable String was,
            @Nullable String is,
            boolean weakens) {}

    static ApprovalNews of(ReviewSubject subject, Instant now) {
        ReviewSubject.News news = subject.sinceLastApproval();
        if (news == null) {
            return new ApprovalNews("Nothing was approved in this project before: everything is new.", List.of(), 0);
        }
        Approval last = news.approval();
        boolean isNothing = news.total() == 0;
        String since = (isNothing ? "Nothing is new since " : "Compared with what ") + last.approvedBy()
                + (isNothing ? "'s last approval of scope " : " approved last, scope ")
                + last.scope().wireName() + ", "
                + Moment.of(last.createdAt(), now).relative() + ".";
        List<Change> changes = news.changes().stream().map(ApprovalNews::shown).toList();
        return new ApprovalNews(since, changes, news.total() - changes.size());
    }

    private static Change shown(ReviewSubject.Change change) {
        String area = change.change().area();
        String subject =
                change.change().subject().equals(area) ? "" : change.change().subject();
        if (area.equals("prompts")) {
            return new Change(area, subject, null, "changed; the brief has the full text", false);
        }
        return new Change(
                area,
                subject,
                text(change.change().before()),
                text(change.change().after()),
                change.weakens());
    }

    private static @Nullable String text(@Nullable JsonNode value) {
        return value == null ? null : JsonText.of(value);
    }
}
