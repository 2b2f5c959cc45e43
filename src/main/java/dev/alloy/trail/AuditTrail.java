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
     * The events within the caller's reach, newest first. A token that is limited to projects reaches the events of these and none
     * that concern the organization; what belongs to no organization is seen with the bootstrap token alone.
     */
    public Page<AuditEvent> list(Caller caller, PageQuery page, Wanted wanted) {
        Conditions conditions = new Conditions();
        // What the statement asks anyway, in words that an index serves.
        conditions.add("organization_id = :own", "own", caller.organizationId());
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
        if (after != null) {
            conditions.after(ofOne, AuditBatches.Place.of(after));
        }
        List<AuditBatches.Placed> rows = jdbc.sql(
                        """
                        select id, occurred_at, organization_id, project_id, actor_type, actor_name, credential_id, remote_address,
                            type, target_type, target_id, before_digest, after_digest, correlation_id, detail, tx
                        from audit_events
                        where (cast(:organization as text) is null or organization_id = :organization) %s
                        order by %s limit :limit
                        """.formatted(conditions.more(), ofOne ? "tx desc, id desc" : "id desc"))
                .param("organization", caller.organizationId())
                .params(conditions.parameters)
                .param("limit", page.limit() + 1)
                .query((row, n) -> AuditBatches.placed(row))
                .list();
        return page.page(
                rows,
                row -> new PageQuery.Position(
                        row.event().occurredAt(), row.place().text()),
                AuditBatches.Placed::event);
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
