package dev.alloy.console.web;

import dev.alloy.access.AccessTokens;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.http.Excerpt;
import dev.alloy.outcome.Waivers;
import dev.alloy.run.RunsNeedingAttention;
import dev.alloy.trail.AuditVerification;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lists what needs a person besides the states of runs: changes, late reports, what expires soon. */
@Component
class InboxNotices {

    private static final Duration LATELY = Duration.ofDays(7);
    private static final Duration BEFORE_LONG = Duration.ofDays(14);
    private static final int DAYS_BEFORE_REVIEW = 7;

    /** Sealing follows within seconds; nothing that takes so long is only slow. */
    private static final Duration LONG_UNSEALED = Duration.ofMinutes(15);

    private final RunsNeedingAttention runs;
    private final Waivers waivers;
    private final AccessTokens tokens;
    private final AuditVerification audit;

    InboxNotices(RunsNeedingAttention runs, Waivers waivers, AccessTokens tokens, AuditVerification audit) {
        this.runs = runs;
        this.waivers = waivers;
        this.tokens = tokens;
        this.audit = audit;
    }

    /**
     * A line, and whether it is the reader's to see to.
     *
     * @param mine whether the reader may do what it says
     */
    record Notice(InboxController.Line line, boolean mine) {}

    /**
     * Some of one kind.
     *
     * @param kind what they are, for “the first 25 of 130 …”
     */
    record Kind(String kind, Excerpt<Notice> notices) {

        /** How many there are, where not all of them are shown; null where they are. */
        @Nullable
        String cut() {
            int shown = notices.items().size();
            return notices.total() <= shown
                    ? null
                    : "The first " + shown + " of " + notices.total() + " " + kind + " are here.";
        }
    }

    /** All kinds, so many of each at most. */
    List<Kind> of(Caller caller, Instant now, int most) {
        LocalDate today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        return List.of(
                kind("briefs that do not fit", runs.staleBriefs(caller, most), one -> stale(caller, one, now)),
                kind(
                        "waivers that are due",
                        waivers.due(caller, today.plusDays(DAYS_BEFORE_REVIEW), most),
                        one -> waiver(caller, one, now)),
                kind("runs with late reports", runs.lateWords(caller, LATELY, most), one -> late(caller, one, now)),
                kind(
                        "access tokens that end",
                        tokens.ending(caller, BEFORE_LONG, most),
                        one -> ending(caller, one, now)));
    }

    private static <T> Kind kind(String kind, Excerpt<T> excerpt, Function<T, Notice> notice) {
        return new Kind(kind, excerpt.map(notice));
    }

    private static Notice stale(Caller caller, RunsNeedingAttention.StaleBrief brief, Instant now) {
        boolean mine = caller.may(Authority.COMPILE_BRIEFS);
        String why = brief.retired()
                ? "Its installation was retired."
                : "With what its installation reports now, the brief would compile differently.";
        return notice(
                new Badge("finds", "▲", "stale brief"),
                "A brief of " + brief.projectId() + " no longer fits its installation; "
                        + (brief.runs() == 1 ? "a run waits" : brief.runs() + " runs wait") + " for it",
                why
                        + (mine
                                ? " Compile the intent again, request a run of that brief, and cancel the waiting runs."
                                : " A person with the authority compile_briefs has to compile the intent again."),
                brief.since(),
                now,
                Address.brief(brief.formationBriefId()),
                "See what differs",
                mine);
    }

    private static Notice waiver(Caller caller, Waivers.Due waiver, Instant now) {
        boolean mine = caller.may(Authority.WAIVE_EVIDENCE);
        LocalDate today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        String day = waiver.reviewDate().isBefore(today)
                ? "was due for review on " + waiver.reviewDate()
                : waiver.reviewDate().equals(today)
                        ? "is due for review today"
                        : "is due for review on " + waiver.reviewDate();
        return notice(
                new Badge("finds", "◇", "waiver due"),
                "The waiver of " + waiver.evidence() + " in " + waiver.projectId() + " " + day,
                waiver.waivedBy() + " answers for it until "
                        + Moment.of(waiver.expiresAt(), now).absolute() + ". "
                        + (mine
                                ? "Prove it, waive it again with a reason, or let the waiver end."
                                : "A person with the authority waive_evidence decides what follows."),
                waiver.reviewDate().atStartOfDay(ZoneOffset.UTC).toInstant(),
                now,
                Address.brief(waiver.formationBriefId()),
                "See the brief",
                mine);
    }

    private static Notice late(Caller caller, RunsNeedingAttention.LateWords words, Instant now) {
        boolean contradicts = words.conflicting() > 0;
        boolean mine = contradicts && caller.may(Authority.APPROVE_MUTATION);
        return notice(
                contradicts ? new Badge("bad", "≠", "reports conflict") : new Badge("idle", "?", "late report"),
                (words.reports() == 1 ? "A report" : words.reports() + " reports") + " on a run of " + words.projectId()
                        + (contradicts ? ", of which " + words.conflicting() + " contradict the result" : "")
                        + " came too late to count",
                !contradicts
                        ? "It did not change the run. Read it to see what its runner did."
                        : mine
                                ? "Compare the reports with the repository, and decide which work of this run may be used."
                                : "A person with the authority approve_mutation compares them with the repository.",
                words.last(),
                now,
                Address.run(words.runRequestId(), RunTab.LATE_REPORTS.segment()),
                "Read",
                mine);
    }

    private static Notice ending(Caller caller, AccessTokens.Ending token, Instant now) {
        boolean own = token.name().equals(caller.name());
        boolean administers = caller.may(Authority.ADMINISTER);
        return notice(
                new Badge("finds", "▲", "token ends"),
                (own ? "An access token of yours" : "An access token of " + token.name()) + " ends "
                        + Moment.of(token.expiresAt(), now).relative(),
                (administers
                                ? "POST /api/access-tokens/" + token.id() + "/rotate makes the next one."
                                : "Ask an administrator for the next one (" + token.id() + ").")
                        + " With it end the sessions and streams that it opened.",
                token.expiresAt(),
                now,
                null,
                "",
                true);
    }

    private static Notice notice(
            Badge badge,
            String what,
            String why,
            Instant at,
            Instant now,
            @Nullable Address address,
            String action,
            boolean mine) {
        return new Notice(
                new InboxController.Line(badge, what, why, Moment.of(at, now), at, address, action, List.of()), mine);
    }

    /**
     * How the audit log stands.
     *
     * @param trouble what is wrong with it; null for nothing that can be seen without following all of it
     */
    record Log(String sentence, @Nullable String trouble) {}

    /** How the log stands for a reader who may know; null for one whose token is limited to projects. */
    @Nullable
    Log log(Caller caller, Instant now) {
        if (caller.projectIds() != null) {
            return null;
        }
        AuditVerification.Glance glance = audit.glance(caller);
        String sealed = glance.sealedThrough() == null
                ? "No part of the audit log is signed yet."
                : "The audit log is signed through row " + glance.sealedThrough() + ".";
        if (!glance.continuesWhatIsKept()) {
            return new Log(
                    sealed,
                    "The audit log does not continue the checkpoint that this service keeps: it was changed, or the checkpoint is damaged.");
        }
        Instant since = glance.unsealedSince();
        boolean late = since != null && since.isBefore(now.minus(LONG_UNSEALED));
        return new Log(
                sealed,
                since != null && late
                        ? "Rows of the audit log have not been signed since "
                                + Moment.of(since, now).absolute() + ": the sealer is stuck."
                        : null);
    }
}
