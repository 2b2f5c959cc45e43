package dev.alloy.run;

import dev.alloy.access.Caller;
import java.util.Optional;
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

    /** The run as it is once nobody else moves it; else {@code not-found}, or {@code run-unknown-after-restore} for a runner that may know more. */
    RunRequest take(Caller caller, String id) {
        return lock(caller, id).orElseThrow(() -> unknown.noSuchRun(caller, id));
    }

    private Optional<RunRequest> lock(Caller caller, String id) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from foundry_run_requests r
                        where r.id = :id and (cast(:organization as text) is null or r.organization_id = :organization)
                          and (cast(:projects as text[]) is null or r.project_id = any (:projects))
                        for no key update
                        """)
                .param("id", id)
                .param("organization", caller.organizationId())
                .param(
                        "projects",
                        caller.projectIds() == null ? null : caller.projectIds().toArray(String[]::new))
                .query(RunRow.MAPPER)
                .optional();
    }
}
