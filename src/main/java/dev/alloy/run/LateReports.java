package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Reads what was said of runs and not believed. */
@Service
@Transactional(readOnly = true)
public class LateReports {

    /** What a page holds, whatever is asked for, but one report at least. */
    private static final int MOST_BYTES = 2 * 1024 * 1024;

    private final Runs runs;
    private final JdbcClient jdbc;

    LateReports(Runs runs, JdbcClient jdbc) {
        this.runs = runs;
        this.jdbc = jdbc;
    }

    /**
     * The results of a run's newest attempt that differ from the one that was taken: of each the gates that it says failed. That was decided when
     * they came.
     */
    public List<List<String>> conflicts(RunRequest run) {
        return jdbc.sql("""
                        select failed_gates from late_reports
                        where organization_id = :organization and run_request_id = :run and failed_gates is not null
                        order by id
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .query((row, n) -> List.of((String[]) row.getArray(1).getArray()))
                .list();
    }

    /** The late reports of a run within the caller's reach, newest first; fewer than asked for where they are large. */
    public Page<LateReport> list(Caller caller, String runRequestId, PageQuery page) {
        RunRequest run = runs.get(caller, runRequestId);
        return page(jdbc.sql("""
                                select late_reports.*, listed.place < listed.remaining as more
                                from (select id, row_number() over w as place, sum(bytes) over w as bytes_so_far,
                                          count(*) over () as remaining
                                      from late_reports
                                      where organization_id = :organization and run_request_id = :run and project_id is not null
                                        and (:time::timestamptz is null or id < :id::bigint)
                                      window w as (order by id desc)) as listed
                                join late_reports using (id)
                                where listed.place = 1 or listed.bytes_so_far <= :most
                                order by id desc limit :limit
                                """).param("organization", run.organizationId()).param("run", run.id()), page);
    }

    /**
     * What runners reported of runs that the restored database does not know, newest first. Refused with {@code authority-missing} to tokens of
     * some projects: nobody can say whose project's they were.
     */
    public Page<LateReport> ofUnknownRuns(Caller caller, PageQuery page) {
        caller.requireWholeOrganization();
        return page(jdbc.sql("""
                                select late_reports.*, listed.place < listed.remaining as more
                                from (select id, row_number() over w as place, sum(bytes) over w as bytes_so_far,
                                          count(*) over () as remaining
                                      from late_reports
                                      where (cast(:organization as text) is null or organization_id = :organization)
                                        and project_id is null
                                        and (:time::timestamptz is null or id < :id::bigint)
                                      window w as (order by id desc)) as listed
                                join late_reports using (id)
                                where listed.place = 1 or listed.bytes_so_far <= :most
                                order by id desc limit :limit
                                """).param("organization", caller.organizationId()), page);
    }

    private static Page<LateReport> page(JdbcClient.StatementSpec statement, PageQuery page) {
        PageQuery.Position after = page.after();
        List<Row> rows = statement
                .param("time", after == null ? null : after.time().atOffset(ZoneOffset.UTC))
                .param("id", after == null ? null : after.id())
                .param("most", MOST_BYTES)
                .param("limit", page.limit())
                .query((row, n) -> new Row(
                        new LateReport(
                                row.getLong("id"),
                                row.getString("run_request_id"),
                                row.getString("reason"),
                                row.getBytes("body"),
                                row.getString("digest"),
                                row.getString("reported_by"),
                                row.getObject("received_at", OffsetDateTime.class)
                                        .toInstant()),
                        row.getBoolean("more")))
                .list();
        return page.page(
                rows,
                !rows.isEmpty() && rows.get(rows.size() - 1).more(),
                row -> new PageQuery.Position(
                        row.report().receivedAt(), String.valueOf(row.report().id())),
                Row::report);
    }

    /** A report, and whether others follow it. */
    private record Row(LateReport report, boolean more) {}
}
