package dev.alloy.run;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Knows which runs wait for a person instead of a runner. */
@Component
class ManualRuns {

    private final JdbcClient jdbc;

    ManualRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether nothing is dispatched to the run's installation, or was to be when its brief was compiled. */
    boolean isManualOnly(RunRequest run) {
        return jdbc.sql("""
                        select i.connection_type = 'manual' or b.target ->> 'mode' = 'manual_projection'
                        from formation_brief_compilations b
                        join foundry_installations i on i.owning_organization_id = b.organization_id and i.id = b.installation_id
                        where b.organization_id = :organization and b.id = :brief
                        """)
                .param("organization", run.organizationId())
                .param("brief", run.formationBriefId())
                .query(Boolean.class)
                .single();
    }
}
