package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.Targets;
import dev.alloy.installation.Installation;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Whether the targets of runs that wait still hold, found out before anybody asks: the query that offers runs passes over those of
 * which it is not known.
 */
@Component
@Transactional
class TargetAnswers {

    private final Briefs briefs;
    private final Targets targets;
    private final JdbcClient jdbc;

    TargetAnswers(Briefs briefs, Targets targets, JdbcClient jdbc) {
        this.briefs = briefs;
        this.targets = targets;
        this.jdbc = jdbc;
    }

    /** Finds the answers for runs that wait for an installation which is another now. */
    void settleFor(Installation installation) {
        settle(
                installation.organizationId(),
                jdbc.sql("""
                                select distinct formation_brief_id from run_queue
                                where organization_id = :organization and installation_id = :installation
                                """)
                        .param("organization", installation.organizationId())
                        .param("installation", installation.id())
                        .query(String.class)
                        .list());
    }

    /**
     * Finds the answers that are missing among the runs that wait for a runner, as when a run was requested at the very moment at
     * which its installation reported something else.
     *
     * @return whether any was
     */
    boolean settleMissing(String organizationId) {
        List<String> missing = jdbc.sql("""
                        select distinct q.formation_brief_id from run_queue q
                        join foundry_installations i on i.owning_organization_id = q.organization_id and i.id = q.installation_id
                        join formation_brief_compilations b
                            on b.organization_id = q.organization_id and b.id = q.formation_brief_id
                        where q.organization_id = :organization and q.queued_at is not null
                          and (b.manifest_digest, b.connection_type) is distinct from (i.manifest_digest, i.connection_type)
                          and not exists (
                              select 1 from target_evaluations t
                              where t.formation_brief_id = b.id and t.manifest_digest = i.manifest_digest
                                and t.connection_type = i.connection_type)
                        """)
                .param("organization", organizationId)
                .query(String.class)
                .list();
        settle(organizationId, missing);
        return !missing.isEmpty();
    }

    /** Finds the answers that are missing anywhere: those of runs that waited while the service was brought up to date. */
    void settleAll() {
        jdbc.sql("""
                        select distinct q.organization_id from run_queue q
                        join foundry_installations i on i.owning_organization_id = q.organization_id and i.id = q.installation_id
                        join formation_brief_compilations b
                            on b.organization_id = q.organization_id and b.id = q.formation_brief_id
                        where q.queued_at is not null
                          and (b.manifest_digest, b.connection_type) is distinct from (i.manifest_digest, i.connection_type)
                        """).query(String.class).list().forEach(this::settleMissing);
    }

    private void settle(String organizationId, List<String> briefIds) {
        Caller system = Caller.system(organizationId);
        briefIds.forEach(id -> targets.settle(briefs.get(system, id)));
    }
}
