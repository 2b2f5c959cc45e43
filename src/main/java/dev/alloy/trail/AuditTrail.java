package dev.alloy.trail;

import dev.alloy.access.Caller;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Reads the audit log. */
@Service
@Transactional(readOnly = true)
public class AuditTrail {

    /** Events that a page looks at; where few of them are wanted it ends there, and its cursor goes on. */
    private static final int MOST_LOOKED_AT = 5_000;

    private static final long SLACK_SECONDS = 600;

    private final JdbcClient jdbc;

    AuditTrail(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What narrows a list; null does not.
     *
     * @param projectId of this project
     * @param type of this type
     * @param actor caused by the person, runner or callback of this name
     * @param targetType about objects of this kind
     * @param targetId about the object of this id
     * @param correlationId caused by the request of this id
     * @param since at or after
     * @param until before
     */
    public record Wanted(
            @Nullable String projectId,
            @Nullable String type,
            @Nullable String actor,
            @Nullable String targetType,
            @Nullable String targetId,
            @Nullable String correlationId,
            @Nullable Instant since,
            @Nullable Instant until) {

        /** Whether nothing is narrowed. */
        boolean isEverything() {
            return equals(new Wanted(null, null, null, null, null, null, null, null));
        }

        /** Whether an event is in the list. */
        boolean matches(AuditEvent event) {
            return is(projectId, event.projectId())
                    && is(type, event.type())
                    && is(actor, event.actorName())
                    && is(targetType, event.targetType())
                    && is(targetId, event.targetId())
                    && is(correlationId, event.correlationId())
                    && (since == null || !event.occurredAt().isBefore(since))
                    && (until == null || event.occurredAt().isBefore(until));
        }

        private static boolean is(@Nullable String wanted, @Nullable String value) {
            return wanted == null || wanted.equals(value);
        }
    }

    /**
     * The events within the caller's reach, newest first; a page may have fewer than it holds, or none, and the list still go on. A token that is limited to projects reaches the events of these and none
     * that concern the organization; what belongs to no organization is seen with the bootstrap token alone.
     */
    public Page<AuditEvent> list(Caller caller, PageQuery page, Wanted wanted) {
        Conditions conditions = new Conditions();
        if (caller.projectIds() != null) {
            conditions.add(
                    "project_id = any (:projects)",
                    "projects",
                    caller.projectIds().toArray(String[]::new));
        }
        conditions.add("project_id = :project", "project", wanted.projectId());
        conditions.add("type = :type", "type", wanted.type());
        conditions.add("actor_name = :actor", "actor", wanted.actor());
        conditions.add("target_type = :targetType", "targetType", wanted.targetType());
        conditions.add("target_id = :targetId", "targetId", wanted.targetId());
        conditions.add("correlation_id = :correlation", "correlation", wanted.correlationId());
        conditions.add("occurred_at >= :since", "since", utc(wanted.since()));
        conditions.add("occurred_at < :until", "until", utc(wanted.until()));
        PageQuery.Position after = page.after();
        boolean ofOne = caller.organizationId() != null;
        Conditions range = new Conditions();
        range.add("organization_id = :own", "own", caller.organizationId());
        if (after != null) {
            range.after(ofOne, AuditBatches.Place.of(after));
        }
        if (ofOne) {
            range.add("tx >= :from", "from", txAround(caller, wanted.since(), -SLACK_SECONDS, "low"));
            range.add("tx <= :to", "to", txAround(caller, wanted.until(), SLACK_SECONDS, "high"));
        }
        if (wanted.targetType() != null && wanted.targetId() != null) {
            // An index leads to the few.
            range.add("target_type = :targetType", "targetType", wanted.targetType());
            range.add("target_id = :targetId", "targetId", wanted.targetId());
        }
        int most = conditions.texts.isEmpty() ? page.limit() + 1 : MOST_LOOKED_AT;
        record Row(AuditBatches.Placed placed, boolean isWanted, boolean isLast) {}
        String order = ofOne ? "tx desc, id desc" : "id desc";
        List<Row> rows = jdbc.sql("""
                        with looked_at as materialized (
                            select * from audit_events
                            where (cast(:organization as text) is null or organization_id = :organization) %1$s
                            order by %2$s limit %3$d),
                        wanted as (
                            select * from looked_at where (cast(:organization as text) is null or organization_id = :organization) %4$s
                            order by %2$s limit :limit),
                        last as (
                            select * from (select * from looked_at order by %5$s limit 1) l
                            where (select count(*) from looked_at) = %3$d)
                        select true as is_wanted, w.* from wanted w union all select false, l.* from last l
                        order by is_wanted desc, %2$s
                        """.formatted(range.more(), order, most, conditions.more(), ofOne ? "tx, id" : "id"))
                .param("organization", caller.organizationId())
                .params(range.parameters)
                .params(conditions.parameters)
                .param("limit", page.limit() + 1)
                .query((row, n) ->
                        new Row(AuditBatches.placed(row), row.getBoolean("is_wanted"), !row.getBoolean("is_wanted")))
                .list();
        List<AuditBatches.Placed> shown =
                rows.stream().filter(Row::isWanted).map(Row::placed).toList();
        AuditBatches.Placed last =
                rows.stream().filter(Row::isLast).map(Row::placed).findFirst().orElse(null);
        return page.page(
                shown.stream(),
                row -> 0,
                AuditTrail::position,
                AuditBatches.Placed::event,
                last == null ? null : position(last));
    }

    private static PageQuery.Position position(AuditBatches.Placed row) {
        return new PageQuery.Position(row.event().occurredAt(), row.place().text());
    }

    /**
     * A transaction around a time, found in some forty looks into the index however long the log is: before it, or behind it, nothing of that time
     * was written.
     *
     * @param slack longer than any transaction takes, which writes its events in its own order
     * @param end which end of what is left is answered
     */
    private @Nullable Long txAround(Caller caller, @Nullable Instant time, long slack, String end) {
        if (time == null) {
            return null;
        }
        return jdbc.sql("""
                        with recursive narrowed as (
                            select (select min(tx) from audit_events where organization_id = :own) as low,
                                   (select max(tx) + 1 from audit_events where organization_id = :own) as high, 0 as n
                            union all
                            select case when e.occurred_at < :time then greatest(m.tx, e.tx) else p.low end,
                                   case when e.occurred_at < :time then p.high else m.tx end, p.n + 1
                            from narrowed p
                            cross join lateral (select (p.low + p.high) / 2 as tx) m
                            cross join lateral (
                                select tx, occurred_at from audit_events where organization_id = :own and tx >= m.tx
                                order by tx, id limit 1) e
                            where p.n < 64 and p.high - p.low > 1)
                        select case :end when 'low' then low else high end from narrowed order by n desc limit 1
                        """)
                .param("own", caller.organizationId())
                .param("time", utc(time.plusSeconds(slack)))
                .param("end", end)
                .query((row, n) -> row.getObject(1, Long.class))
                .optional()
                .orElse(null);
    }

    /** Only what is asked for gets into the statement, so its plan may use an index for it. */
    private static final class Conditions {

        private final List<String> texts = new ArrayList<>();
        private final Map<String, Object> parameters = new HashMap<>();

        void add(String text, String name, @Nullable Object value) {
            if (value != null) {
                texts.add(text);
                parameters.put(name, value);
            }
        }

        /** An organization's rows are walked in the order in which they are sealed, which an index serves; all rows by their numbers. */
        void after(boolean ofOne, AuditBatches.Place place) {
            texts.add(ofOne ? "(tx, id) < (:afterTx, :afterId)" : "id < :afterId");
            parameters.put("afterId", place.id());
            if (ofOne) {
                parameters.put("afterTx", place.tx());
            }
        }

        String more() {
            return texts.stream().map(text -> "and " + text).collect(Collectors.joining(" "));
        }
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    static AuditEvent read(ResultSet row) throws SQLException {
        return new AuditEvent(
                row.getLong("id"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getString("organization_id"),
                row.getString("project_id"),
                row.getString("actor_type"),
                row.getString("actor_name"),
                row.getString("credential_id"),
                row.getString("remote_address"),
                row.getString("type"),
                row.getString("target_type"),
                row.getString("target_id"),
                row.getString("before_digest"),
                row.getString("after_digest"),
                row.getString("correlation_id"),
                row.getString("detail"));
    }
}
