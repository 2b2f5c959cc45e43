package dev.alloy.compilation;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Ends approvals of prompts that were edited since. */
@Component
class VoidedApprovals {

    private final JdbcClient jdbc;

    VoidedApprovals(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Voids every approval of the brief that was not ended before; the brief is locked.
     *
     * @param because {@code prompt_edited} or {@code brief_archived}
     * @return how many
     */
    int voidAll(Brief brief, String because) {
        return jdbc.sql("""
                        update approvals set voided_at = alloy_now(), voided_because = :because, version = version + 1
                        where organization_id = :organization and formation_brief_id = :brief
                          and voided_at is null and revoked_at is null
                        """)
                .param("organization", brief.organizationId())
                .param("brief", brief.id())
                .param("because", because)
                .update();
    }
}
