package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.BriefClosed;
import java.util.List;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Ends runs that a reviewer refuses to approve. Source: dispatch.md, “States”. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
class Declines {

    private final RunRequestRepository runs;
    private final RecoveryMoves moves;
    private final RunLog log;
    private final JdbcClient jdbc;

    Declines(RunRequestRepository runs, RecoveryMoves moves, RunLog log, JdbcClient jdbc) {
        this.runs = runs;
        this.moves = moves;
        this.log = log;
        this.jdbc = jdbc;
    }

    /** Ends a locked run; false unless it awaits an approval. */
    boolean decline(Caller caller, RunRequest run, String reason) {
        boolean declined = moves.decline(run, caller.name(), reason);
        if (declined) {
            log.declined(run, caller.actor(), reason);
        }
        return declined;
    }

    /** A brief was rejected or archived: nothing that waits for its approval can get one any more. */
    @EventListener
    public void onClosing(BriefClosed closed) {
        Caller system = Caller.system(closed.brief().organizationId());
        for (String id : waiting(closed.brief().organizationId(), closed.brief().id())) {
            decline(closed.caller(), runs.reread(system, id), closed.reason());
        }
    }

    /** Locked, so that nobody else moves them; always in the same order. */
    private List<String> waiting(String organizationId, String briefId) {
        return jdbc.sql("""
                        select id from foundry_run_requests
                        where organization_id = :organization and formation_brief_id = :brief and status = 'awaiting_approval'
                        order by id for no key update
                        """)
                .param("organization", organizationId)
                .param("brief", briefId)
                .query(String.class)
                .list();
    }
}
