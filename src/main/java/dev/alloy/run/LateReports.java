package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.contract.Digest;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Reads what was said of runs and not believed. */
@Service
@Transactional(readOnly = true)
public class LateReports {

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

    /** The late reports of a run within the caller's reach, newest first. */
    public Page<LateReport> list(Caller caller, String runRequestId, PageQuery page) {
        RunRequest run = runs.get(caller, runRequestId);
        PageQuery.Position after = page.after();
        List<LateReport> rows = jdbc.sql("""
                        select * from late_reports
                        where organization_id = :organization and run_request_id = :run
                          and (:time::timestamptz is null or id < :id::bigint)
                        order by id desc limit :limit
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .param("time", after == null ? null : after.time().atOffset(ZoneOffset.UTC))
                .param("id", after == null ? null : after.id())
                .param("limit", page.limit() + 1)
                .query((row, n) -> new LateReport(
                        row.getLong("id"),
                        row.getString("reason"),
                        row.getBytes("body"),
                        Digest.of(row.getBytes("body")),
                        row.getString("reported_by"),
                        row.getObject("received_at", OffsetDateTime.class).toInstant()))
                .list();
        return page.page(
                rows,
                report -> new PageQuery.Position(report.receivedAt(), String.valueOf(report.id())),
                Function.identity());
    }
}
