package dev.alloy.compilation;

import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which packs a brief has, read without their words: there may be many, and each may be large. */
@Component
class PackHistory {

    private final JdbcClient jdbc;

    PackHistory(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** From the one that the brief was compiled with to the newest. */
    List<PackEntry> of(Brief brief) {
        return jdbc.sql("""
                        select id, ordinal, digest, created_by, created_at from prompt_pack_compilations
                        where organization_id = :organization and formation_brief_id = :brief order by ordinal
                        """)
                .param("organization", brief.organizationId())
                .param("brief", brief.id())
                .query((row, n) -> new PackEntry(
                        row.getString("id"),
                        row.getInt("ordinal"),
                        row.getString("digest"),
                        row.getString("created_by"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .list();
    }
}
