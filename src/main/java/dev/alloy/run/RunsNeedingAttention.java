package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.http.Excerpt;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What stands in runs' way, or was said of them afterwards, that nobody asked for and somebody should see. */
@Service
@Transactional(readOnly = true)
public class RunsNeedingAttention {

    private final JdbcClient jdbc;

    RunsNeedingAttention(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A brief that does not fit its installation any more, of which runs wait.
     *
     * @param runs how many
     * @param since the longest of them has waited
     * @param retired whether the installation is out of use; else it reports something for which the brief would be another
     */
    public record StaleBrief(String formationBriefId, String projectId, long runs, Instant since, boolean retired) {}

    /** The briefs within the caller's reach whose runs wait in vain, that which has waited longest first. */
    public Excerpt<StaleBrief> staleBriefs(Caller caller, int limit) {
        return excerpt(reaching(caller, jdbc.sql("""
                        with q as materialized (
                            select f.organization_id, f.formation_brief_id, f.project_id, f.installation_id, count(*) as runs,
                                   min(coalesce(f.queued_at, f.requested_at)) as since
                            from (select id from organizations where cast(:organization as text) is null or id = :organization) o
                            cross join lateral (
                                select * from run_queue f
                                where f.organization_id = o.id and (cast(:projects as text[]) is null or f.project_id = any (:projects))
                                limit 20000) f
                            group by f.organization_id, f.formation_brief_id, f.project_id, f.installation_id)
                        select q.formation_brief_id, q.project_id, q.runs, q.since, i.status = 'retired' as retired,
                               count(*) over () as total
                        from q
                        join foundry_installations i on i.owning_organization_id = q.organization_id and i.id = q.installation_id
                        join formation_brief_compilations b
                            on b.organization_id = q.organization_id and b.id = q.formation_brief_id
                        left join target_evaluations t
                            on t.organization_id = q.organization_id and t.formation_brief_id = b.id
                            and t.manifest_digest = i.manifest_digest and t.connection_type = i.connection_type
                        where i.status = 'retired'
                           or (b.manifest_digest, b.connection_type) is distinct from (i.manifest_digest, i.connection_type)
                              and t.holds is false
                        order by since, q.formation_brief_id limit :limit
                        """), limit)
                .query((row, n) -> new Counted<>(
                        new StaleBrief(
                                row.getString("formation_brief_id"),
                                row.getString("project_id"),
                                row.getLong("runs"),
                                row.getObject("since", OffsetDateTime.class).toInstant(),
                                row.getBoolean("retired")),
                        row.getLong("total")))
                .list());
    }

    /**
     * A run of which something was said that is not believed.
     *
     * @param reports how many words there are
     * @param conflicting how many of them contradict the result that was taken
     * @param last when the last one came
     */
    public record LateWords(String runRequestId, String projectId, long reports, long conflicting, Instant last) {}

    /**
     * The runs within the caller's reach of which such words came lately, the latest first.
     *
     * @param lately how long ago at most
     */
    public Excerpt<LateWords> lateWords(Caller caller, Duration lately, int limit) {
        return excerpt(reaching(caller, jdbc.sql("""
                        select l.run_request_id, l.project_id, count(*) as reports, count(l.failed_gates) as conflicting,
                               max(l.received_at) as last, count(*) over () as total
                        from late_reports l
                        where l.received_at > alloy_now() - make_interval(secs => :lately) and (cast(:organization as text) is null or l.organization_id = :organization)
                          and (cast(:projects as text[]) is null or l.project_id = any (:projects))
                        group by l.run_request_id, l.project_id
                        order by last desc, l.run_request_id limit :limit
                        """), limit)
                .param("lately", lately.toSeconds())
                .query((row, n) -> new Counted<>(
                        new LateWords(
                                row.getString("run_request_id"),
                                row.getString("project_id"),
                                row.getLong("reports"),
                                row.getLong("conflicting"),
                                row.getObject("last", OffsetDateTime.class).toInstant()),
                        row.getLong("total")))
                .list());
    }

    private static JdbcClient.StatementSpec reaching(Caller caller, JdbcClient.StatementSpec statement, int limit) {
        return statement
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("projects", projects(caller), Types.ARRAY)
                .param("limit", limit);
    }

    private static String @Nullable [] projects(Caller caller) {
        return caller.projectIds() == null ? null : caller.projectIds().toArray(String[]::new);
    }

    private record Counted<T>(T item, long total) {}

    private static <T> Excerpt<T> excerpt(List<Counted<T>> rows) {
        return Excerpt.of(rows, Counted::total, Counted::item);
    }
}
