package dev.alloy.compilation;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads which overlays of a brief were not rejected, without their documents. */
@Component
class OverlaysInUse {

    private final JdbcClient jdbc;

    OverlaysInUse(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In the order of the modes' names. */
    List<OverlayReference> of(String organizationId, String briefId) {
        return jdbc.sql("""
                        select id, mode, digest, length(content) as size_bytes from gate_overlays
                        where organization_id = :organization and formation_brief_id = :brief and status <> 'rejected'
                        order by mode collate "C"
                        """)
                .param("organization", organizationId)
                .param("brief", briefId)
                .query((row, n) -> new OverlayReference(
                        row.getString("id"), row.getString("mode"), row.getString("digest"), row.getInt("size_bytes")))
                .list();
    }
}
