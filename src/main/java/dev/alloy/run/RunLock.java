package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.database.LockedRow;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Locks runs until the transaction ends, so that moves of a run and reports about it are serialized. */
@Component
class RunLock {

    private final UnknownRuns unknown;
    private final JdbcClient jdbc;

    RunLock(UnknownRuns unknown, JdbcClient jdbc) {
        this.unknown = unknown;
        this.jdbc = jdbc;
    }

    /**
     * A locked run with what a runner's call about it is judged by.
     *
     * @param named the attempt that the call names, of whatever run of the organization it is; null where there is none
     * @param exactRevision the revision that was approved, where the run may start at no other
     */
    record Locked(
            RunRequest run,
            @Nullable Attempt named,
            @Nullable String exactRevision) {}

    /**
     * The run, once no other transaction moves it. Refused: {@code not-found}, or {@code run-unknown-after-restore} for a runner that may
     * know more.
     */
    RunRequest take(Caller caller, String id) {
        return take(caller, id, null).run();
    }

    /**
     * The same, with an attempt.
     *
     * @param attemptId the attempt that the call names; null where it names none
     */
    Locked take(Caller caller, String id, @Nullable String attemptId) {
        return LockedRow.read(() -> read(caller, id, attemptId)).orElseThrow(() -> unknown.noSuchRun(caller, id));
    }

    private Optional<LockedRow<Locked>> read(Caller caller, String id, @Nullable String attemptId) {
        return jdbc.sql("select " + RunRow.COLUMNS + "," + Attempts.COLUMNS + """
                        , case when p.drift_policy = 'exact' then p.repo_revision end as exact_revision,
                            r.version = (
                                select s.version from foundry_run_requests s
                                where s.organization_id = r.organization_id and s.id = r.id) as of_one_moment
                        from foundry_run_requests r
                        left join run_attempts a on a.organization_id = r.organization_id and a.id = cast(:attempt as text)
                        left join approvals p on p.organization_id = r.organization_id and p.id = r.approval_id
                        where r.id = :id and (cast(:organization as text) is null or r.organization_id = :organization)
                          and (cast(:projects as text[]) is null or r.project_id = any (:projects))
                        for no key update of r
                        """)
                .param("id", id)
                .param("attempt", attemptId)
                .param("organization", caller.organizationId())
                .param(
                        "projects",
                        caller.projectIds() == null ? null : caller.projectIds().toArray(String[]::new))
                .query((row, n) -> new LockedRow<>(
                        new Locked(
                                RunRow.MAPPER.mapRow(row, n),
                                row.getString("attempt_id") == null ? null : Attempts.read(row),
                                row.getString("exact_revision")),
                        row.getBoolean("of_one_moment")))
                .optional();
    }
}
