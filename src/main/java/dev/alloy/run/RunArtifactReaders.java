package dev.alloy.run;

import dev.alloy.compilation.ArtifactReaders;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** A runner may fetch the artifacts of runs that are offered to it or that it has, or had. */
@Component
class RunArtifactReaders implements ArtifactReaders {

    private final JdbcClient jdbc;

    RunArtifactReaders(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public boolean mayRead(String organizationId, String runnerId, String formationBriefId) {
        return mayReadPack(organizationId, runnerId, formationBriefId, null);
    }

    @Override
    public boolean mayReadPack(
            String organizationId, String runnerId, String formationBriefId, @Nullable String promptPackId) {
        return jdbc.sql("""
                        select exists (
                            select 1 from foundry_run_requests
                            where organization_id = :organization and formation_brief_id = :brief
                              and prompt_pack_id = coalesce(:pack, prompt_pack_id)
                              and (runner_id = :runner
                                   or offer_runner_id = :runner and status = 'offered' and offer_expires_at > alloy_now()))
                        """)
                .param("organization", organizationId)
                .param("brief", formationBriefId)
                .param("pack", promptPackId)
                .param("runner", runnerId)
                .query(Boolean.class)
                .single();
    }
}
