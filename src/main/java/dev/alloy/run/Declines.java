package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.BriefClosed;
import java.util.List;
import java.util.Optional;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Ends runs that a reviewer refuses to approve. Source: dispatch.md, “States”. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
class Declines {

    private final Transitions transitions;
    private final JdbcClient jdbc;

    Declines(Transitions transitions, JdbcClient jdbc) {
        this.transitions = transitions;
        this.jdbc = jdbc;
    }

    /** Ends a locked run and answers it; empty unless it awaits an approval. */
    Optional<RunRequest> decline(Caller caller, RunRequest run, String reason) {
        return transitions.apply(run, Transition.decline(caller.name(), reason), caller.actor());
    }

    /** A brief was rejected or archived: nothing that waits for its approval can get one any more. */
    @EventListener
    public void onClosing(BriefClosed closed) {
        waiting(closed.brief().organizationId(), closed.brief().id())
                .forEach(run -> decline(closed.caller(), run, closed.reason()));
    }

    /** Locked, so that nobody else moves them; always in the same order. */
    private List<RunRequest> waiting(String organizationId, String briefId) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from run_queue q
                        join foundry_run_requests r on r.organization_id = q.organization_id and r.id = q.run_request_id
                        where q.organization_id = :organization and q.formation_brief_id = :brief
                          and r.status = 'awaiting_approval'
                        order by r.id for no key update of r
                        """)
                .param("organization", organizationId)
                .param("brief", briefId)
                .query(RunRow.MAPPER)
                .list();
    }
}
