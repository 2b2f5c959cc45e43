package dev.alloy.outcome;

import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.http.Excerpt;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Waives evidence, by people who may. Source: outcome.md, “Evidence”. */
@Service
@Transactional
public class Waivers {

    /** A waiver without an end would be an unapproved change of the evidence plan. */
    private static final Duration LONGEST = Duration.ofDays(366);

    private final EvidenceWaiverRepository waivers;
    private final Briefs briefs;
    private final AuditLog audit;
    private final DatabaseClock clock;
    private final JdbcClient jdbc;

    Waivers(EvidenceWaiverRepository waivers, Briefs briefs, AuditLog audit, DatabaseClock clock, JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.waivers = waivers;
        this.briefs = briefs;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Waives a definition for all runs of its brief. Refused: {@code not-found}, {@code authority-missing}, {@code invalid-body}
     * for days and times that are past, and an end more than a year off.
     *
     * @param reviewDate the day of its review, in UTC
     * @param expiresAt when it ends; null for the end of the day of its review
     */
    public EvidenceWaiver waive(
            Caller caller, String definitionId, String reason, LocalDate reviewDate, @Nullable Instant expiresAt) {
        caller.require(Authority.WAIVE_EVIDENCE);
        EvidenceDefinition definition = briefs.evidenceDefinition(caller, definitionId);
        Instant now = clock.now();
        Instant endOfReview =
                reviewDate.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        if (!endOfReview.isAfter(now)) {
            throw Bodies.refusal("/review_date", "out-of-range", "That day is over; name a future day of review.");
        }
        Instant end = expiresAt == null ? endOfReview : expiresAt;
        if (!end.isAfter(now) || end.isAfter(now.plus(LONGEST))) {
            throw Bodies.refusal(
                    expiresAt == null ? "/review_date" : "/expires_at",
                    "out-of-range",
                    "A waiver ends in the future, within a year; without expires_at, it ends with the day of its review.");
        }
        EvidenceWaiver waiver =
                new EvidenceWaiver(Ids.next("waiver"), definition, reason, caller.name(), reviewDate, end, now);
        waivers.add(waiver);
        audit.append(AuditFact.of(
                        caller.actor(),
                        "evidence.waived",
                        definition.organizationId(),
                        definition.projectId(),
                        "evidence_definition",
                        definition.id())
                .with("waiver_id", waiver.id())
                .with("reason", reason)
                .with("expires_at", end.toString()));
        return waiver;
    }

    /** The waivers of a definition within the caller's reach, newest first; those that have ended too. */
    @Transactional(readOnly = true)
    public Page<EvidenceWaiver> list(Caller caller, String definitionId, PageQuery page) {
        briefs.evidenceDefinition(caller, definitionId);
        return waivers.list(caller, page, Map.of("evidenceDefinitionId", definitionId));
    }

    /**
     * A valid waiver that is due for review.
     *
     * @param evidence the key of what is waived
     */
    public record Due(
            String formationBriefId,
            String projectId,
            String evidence,
            String waivedBy,
            LocalDate reviewDate,
            Instant expiresAt) {}

    /**
     * The waivers within the caller's reach that are due for review by a day, the first due first. One that a later and
     * longer one has taken the place of is not.
     */
    @Transactional(readOnly = true)
    public Excerpt<Due> due(Caller caller, LocalDate until, int limit) {
        record Row(Due due, long total) {}
        List<Row> rows = jdbc.sql("""
                        select w.*, d.key, count(*) over () as total
                        from evidence_waivers w
                        join evidence_definitions d on d.organization_id = w.organization_id and d.id = w.evidence_definition_id
                        where (cast(:organization as text) is null or w.organization_id = :organization)
                          and (cast(:projects as text[]) is null or w.project_id = any (:projects))
                          and w.review_date <= :until and w.expires_at > alloy_now()
                          and not exists (
                              select 1 from evidence_waivers n
                              where n.organization_id = w.organization_id and n.formation_brief_id = w.formation_brief_id
                                and n.evidence_definition_id = w.evidence_definition_id
                                and n.created_at > w.created_at and n.expires_at > w.expires_at)
                        order by w.review_date, w.id limit :limit
                        """)
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param(
                        "projects",
                        caller.projectIds() == null ? null : caller.projectIds().toArray(String[]::new),
                        Types.ARRAY)
                .param("until", until)
                .param("limit", limit)
                .query((row, n) -> new Row(
                        new Due(
                                row.getString("formation_brief_id"),
                                row.getString("project_id"),
                                row.getString("key"),
                                row.getString("waived_by"),
                                row.getObject("review_date", LocalDate.class),
                                row.getObject("expires_at", OffsetDateTime.class)
                                        .toInstant()),
                        row.getLong("total")))
                .list();
        return Excerpt.of(rows, Row::total, Row::due);
    }

    /** The waivers of these briefs that hold now, by definition; of several that which ends last. */
    @Transactional(readOnly = true)
    Map<String, EvidenceWaiver> holding(Caller caller, Collection<String> formationBriefIds) {
        Instant now = clock.now();
        List<EvidenceWaiver> all = waivers.all(caller, Map.of("formationBriefId", new Filter.In(formationBriefIds)));
        return all.stream()
                .filter(waiver -> waiver.expiresAt().isAfter(now))
                .collect(Collectors.toMap(
                        EvidenceWaiver::evidenceDefinitionId,
                        waiver -> waiver,
                        (one, other) -> one.expiresAt().isBefore(other.expiresAt()) ? other : one));
    }
}
