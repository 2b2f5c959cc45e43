package dev.alloy.installation;

import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Every manifest an installation ever reported, by digest; kept forever. */
@Component
class Manifests {

    private final JdbcClient jdbc;

    Manifests(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Lets nobody else keep a manifest of this installation for the rest of the transaction. */
    void lock(Installation installation) {
        jdbc.sql("""
                        select id from foundry_installations
                        where owning_organization_id = :organization and id = :installation for no key update
                        """)
                .param("organization", installation.organizationId())
                .param("installation", installation.id())
                .query(String.class)
                .single();
    }

    void keep(Installation installation, StoredManifest manifest, String reportedBy) {
        jdbc.sql("""
                        insert into installation_manifests (organization_id, installation_id, digest, schema_version,
                            foundry_version, content, reported_by)
                        values (:organization, :installation, :digest, :schemaVersion, :foundryVersion, :content, :by)
                        on conflict (installation_id, digest)
                            do update set last_reported_at = alloy_now(), reported_by = excluded.reported_by
                        """)
                .param("organization", installation.organizationId())
                .param("installation", installation.id())
                .param("digest", manifest.digest())
                .param("schemaVersion", manifest.schemaVersion())
                .param("foundryVersion", manifest.foundryVersion())
                .param("content", manifest.content())
                .param("by", reportedBy)
                .update();
    }

    Optional<StoredManifest> find(Installation installation, String digest) {
        return jdbc.sql("""
                        select * from installation_manifests
                        where organization_id = :organization and installation_id = :installation and digest = :digest
                        """)
                .param("organization", installation.organizationId())
                .param("installation", installation.id())
                .param("digest", digest)
                .query((row, n) -> read(row))
                .optional();
    }

    Page<StoredManifest> history(Installation installation, PageQuery page) {
        PageQuery.Position after = page.after();
        JdbcClient.StatementSpec statement = jdbc.sql("""
                        select * from installation_manifests
                        where organization_id = :organization and installation_id = :installation
                          and (:time::timestamptz is null or (first_reported_at, digest) < (:time, :digest))
                        order by first_reported_at desc, digest desc limit :limit
                        """)
                .withFetchSize(PageQuery.AT_A_TIME)
                .param("organization", installation.organizationId())
                .param("installation", installation.id())
                .param("time", after == null ? null : after.time().atOffset(ZoneOffset.UTC))
                .param("digest", after == null ? null : after.id())
                .param("limit", page.limit() + 1);
        try (Stream<StoredManifest> rows = statement.query((row, n) -> read(row)).stream()) {
            return page.page(
                    rows,
                    row -> row.content().length,
                    row -> new PageQuery.Position(Objects.requireNonNull(row.firstReportedAt()), row.digest()),
                    Function.identity());
        }
    }

    private static StoredManifest read(ResultSet row) throws SQLException {
        return new StoredManifest(
                row.getString("digest"),
                row.getBytes("content"),
                row.getString("schema_version"),
                row.getString("foundry_version"),
                row.getString("reported_by"),
                row.getObject("first_reported_at", OffsetDateTime.class).toInstant(),
                row.getObject("last_reported_at", OffsetDateTime.class).toInstant());
    }
}
