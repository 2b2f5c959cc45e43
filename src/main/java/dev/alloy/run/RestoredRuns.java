package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.audit.Actor;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What becomes of an organization's runs when the database was put back to an earlier moment: whatever may have started in the time that is
 * gone is not offered by itself any more. Source: docs/operations.md, “Ways back”.
 */
@Service
@Transactional
public class RestoredRuns {

    /** As much as is held in memory at a time. */
    private static final int BATCH = 100;

    private final Transitions transitions;
    private final AuditLog audit;
    private final JdbcClient jdbc;

    RestoredRuns(Transitions transitions, AuditLog audit, JdbcClient jdbc) {
        this.transitions = transitions;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    /** What became of the runs. */
    public record Found(int parked, int lost) {}

    /**
     * Lets nobody ask for a run until the transaction ends: a request of this moment would see no restore, and go on under an approval that has
     * lost its run.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void holdRequests() {
        jdbc.sql("lock table foundry_run_requests in share row exclusive mode").update();
    }

    /**
     * Parks what waits, was offered or accepted, and gives up what was executing and may have changed something. All of it in the caller's
     * transaction: a database that was judged in part was not judged.
     *
     * @param because what says that the database was restored, for people
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Found park(String organizationId, List<String> because) {
        Actor system = Caller.system(organizationId).actor();
        int parked = 0;
        int lost = 0;
        for (List<RunRequest> runs = next(organizationId, null);
                !runs.isEmpty();
                runs = next(organizationId, runs.get(runs.size() - 1).id())) {
            for (RunRequest run : runs) {
                boolean atWork = run.status() == RunStatus.EXECUTING;
                Transition move =
                        atWork ? Transition.loseRestored(run) : Transition.parkRestored(run.status(), run.attempts());
                int moved = transitions.apply(run, move, system).isPresent() ? 1 : 0;
                parked += atWork ? 0 : moved;
                lost += atWork ? moved : 0;
            }
        }
        note(organizationId, because, parked, lost, system);
        return new Found(parked, lost);
    }

    private List<RunRequest> next(String organizationId, @Nullable String after) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from foundry_run_requests r
                        where r.organization_id = :organization and r.completed_at is null
                          and (cast(:after as text) is null or r.id > :after)
                          and (r.status in ('awaiting_approval', 'queued', 'offered', 'accepted')
                                   and r.parked_reason is distinct from 'restored'
                               or r.status = 'executing' and r.effect = 'mutating')
                        order by r.id limit :batch for update of r
                        """)
                .param("organization", organizationId)
                .param("after", after)
                .param("batch", BATCH)
                .query(RunRow.MAPPER)
                .list();
    }

    private void note(String organizationId, List<String> because, int parked, int lost, Actor system) {
        jdbc.sql("""
                        insert into restorations (organization_id, because, parked, lost)
                        values (:organization, :because, :parked, :lost)
                        """)
                .param("organization", organizationId)
                .param("because", because.toArray(String[]::new))
                .param("parked", parked)
                .param("lost", lost)
                .update();
        audit.append(AuditFact.of(system, "database.restored", organizationId, null, "organization", organizationId)
                .with("because", because)
                .with("parked", parked)
                .with("lost", lost));
    }

    /** How many runs of all organizations wait for a person because the database was restored. */
    @Transactional(readOnly = true)
    public int waiting() {
        return jdbc.sql("""
                        select count(*) from organizations o
                        join foundry_run_requests r on r.organization_id = o.id
                        where r.completed_at is null and r.parked_reason = 'restored'
                        """).query(Integer.class).single();
    }

    /** When the database was found to be restored last, and what said so; empty where it never was. */
    @Transactional(readOnly = true)
    public Optional<Restoration> newest() {
        return jdbc.sql("""
                        select r.found_at, r.because from organizations o join restorations r on r.organization_id = o.id
                        order by r.id desc limit 1
                        """)
                .query((row, n) -> new Restoration(
                        row.getObject("found_at", OffsetDateTime.class).toInstant(),
                        List.of((String[]) row.getArray("because").getArray())))
                .optional();
    }

    /**
     * A time at which the database was found to be restored.
     *
     * @param because what said so
     */
    public record Restoration(Instant foundAt, List<String> because) {

        /** Copies the list. */
        public Restoration {
            because = List.copyOf(because);
        }
    }
}
