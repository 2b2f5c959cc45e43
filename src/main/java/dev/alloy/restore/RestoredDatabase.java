package dev.alloy.restore;

import dev.alloy.audit.Actor;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseServer;
import dev.alloy.database.DatabaseServer.Change;
import dev.alloy.database.DatabaseServers;
import dev.alloy.run.RestoredRuns;
import dev.alloy.trail.KnownPast;
import dev.alloy.trail.KnownPast.Contradiction;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Decides whether the database was restored, and acts on it. One transaction parks all runs that may have started
 * since, and notes the server, which lets runs start again. Source: ADR 29.
 */
@Service
@Transactional
class RestoredDatabase {

    private static final Logger log = LoggerFactory.getLogger(RestoredDatabase.class);

    private final DatabaseServers servers;
    private final KnownPast past;
    private final RestoredRuns runs;
    private final RestoreSettings settings;
    private final AuditLog audit;
    private final JdbcClient jdbc;

    RestoredDatabase(
            DatabaseServers servers,
            KnownPast past,
            RestoredRuns runs,
            RestoreSettings settings,
            AuditLog audit,
            JdbcClient jdbc) {
        this.servers = servers;
        this.past = past;
        this.runs = runs;
        this.settings = settings;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    /** Judges when the service starts, before anybody is answered. */
    DatabaseServer judgeAtStart() {
        servers.lock();
        DatabaseServer present = servers.present();
        Change change = changeTo(present);
        KnownPast.Comparison comparison = past.compare();
        List<Contradiction> contradictions = unjudged(comparison);
        act(present, change, RestoreJudgement.atStart(settings.restored(), change, contradictions), contradictions);
        if (Boolean.FALSE.equals(settings.restored())) {
            log.warn(
                    "ALLOY_RESTORED=false: that the database is on another server counts for nothing at this start. Remove it before the next start");
        }
        if (!present.isTold()) {
            log.warn(
                    "The server does not tell its system identifier and timeline to this role; of what is put back only checkpoints of the audit log"
                            + " tell. Grant execute on pg_control_system() and pg_walfile_name(pg_lsn), where the provider lets you");
        }
        if (comparison.blind()) {
            log.warn(
                    "This replica keeps no checkpoint of the audit log yet: it could not tell that the database lies behind. It keeps the newest from now on");
        }
        sayWhatAFailoverLoses();
        return present;
    }

    private void sayWhatAFailoverLoses() {
        Replication replication = jdbc.sql("""
                        select current_setting('synchronous_standby_names'), current_setting('synchronous_commit'),
                            (select count(*) from pg_stat_replication)
                        """)
                .query((row, n) -> new Replication(row.getString(1), row.getString(2), row.getInt(3)))
                .single();
        if (replication.promise() == Replication.Promise.THE_LAST_MOMENTS) {
            log.warn("{}", replication.inWords());
        } else {
            log.info("{}", replication.inWords());
        }
    }

    /** Judges when the database answers again, or answers differently, or some time has gone by. */
    DatabaseServer judgeWhileRunning() {
        servers.lock();
        DatabaseServer present = servers.present();
        Change change = changeTo(present);
        KnownPast.Comparison comparison = past.compare();
        List<Contradiction> contradictions = unjudged(comparison);
        // What was judged once is kept no further, so a second loss would not show in it.
        boolean wouldShow = !comparison.blind() && comparison.contradictions().isEmpty();
        act(present, change, RestoreJudgement.whileRunning(change, wouldShow, contradictions), contradictions);
        return present;
    }

    private Change changeTo(DatabaseServer present) {
        return servers.noted().map(present::since).orElse(Change.NONE);
    }

    private void act(
            DatabaseServer present, Change change, RestoreJudgement judgement, List<Contradiction> contradictions) {
        if (judgement.isRestored()) {
            restored(judgement.because());
            contradictions.forEach(this::remember);
        } else if (change != Change.NONE) {
            log.warn(
                    "The database is on another server than before ({}), and everything that this replica knew is there",
                    change);
            audit.append(
                    fact("database.failed_over").with("change", change.name().toLowerCase(Locale.ROOT)));
        }
        Optional<DatabaseServer> noted = servers.noted();
        if (noted.filter(present::isIn).isEmpty()) {
            servers.note(noted.map(present::remembering).orElse(present));
        }
    }

    private void restored(List<String> because) {
        int parked = 0;
        int lost = 0;
        runs.holdRequests();
        for (String organization : organizations()) {
            RestoredRuns.Found found = runs.park(organization, because);
            parked += found.parked();
            lost += found.lost();
        }
        audit.append(fact("database.restored")
                .with("because", because)
                .with("parked", parked)
                .with("lost", lost));
        log.error(
                "The database was put back to an earlier moment. {} {} runs are parked as 'restored' until a person with approve_mutation requeues them, {} are lost. See 'Ways back' in docs/operations.md.",
                String.join(" ", because),
                parked,
                lost);
        if (Boolean.TRUE.equals(settings.restored())) {
            log.warn(
                    "Remove ALLOY_RESTORED before the next start: each start under it parks again what waits, and gives up what executes");
        }
    }

    private static AuditFact fact(String type) {
        return AuditFact.of(Actor.SYSTEM, type, null, null, "database", "alloy");
    }

    private List<String> organizations() {
        return jdbc.sql("select id from organizations order by id")
                .query(String.class)
                .list();
    }

    /** What was judged once, people have dealt with, or will: it does not park runs at every start. */
    private List<Contradiction> unjudged(KnownPast.Comparison comparison) {
        return comparison.contradictions().stream()
                .filter(one -> jdbc.sql("select not exists (select from judged_evidence where evidence = :evidence)")
                        .param("evidence", one.evidence())
                        .query(Boolean.class)
                        .single())
                .toList();
    }

    private void remember(Contradiction judged) {
        jdbc.sql("insert into judged_evidence (evidence) values (:evidence) on conflict do nothing")
                .param("evidence", judged.evidence())
                .update();
    }
}
