package dev.alloy.compilation;

import dev.alloy.compiler.Compiler;
import dev.alloy.compiler.TargetDifference;
import dev.alloy.installation.Installation;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** How briefs would be lowered for manifests that were reported after them. */
@Component
class TargetEvaluationCache {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    TargetEvaluationCache(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Optional<List<TargetDifference>> find(Brief brief, Installation installation) {
        return jdbc.sql("""
                        select differences from target_evaluations
                        where organization_id = :organization and formation_brief_id = :brief
                          and manifest_digest = :manifest and connection_type = :connection
                        """)
                .param("organization", brief.organizationId())
                .param("brief", brief.id())
                .param("manifest", installation.manifestDigest())
                .param("connection", installation.connectionType().wireName())
                .query((row, n) -> json.readTree(row.getString(1))
                        .valueStream()
                        .map(TargetDifference::of)
                        .toList())
                .optional();
    }

    /** Keeps an answer; if another replica stored it a moment ago, it is the same. */
    void keep(Brief brief, Installation installation, List<TargetDifference> differences) {
        jdbc.sql("""
                        insert into target_evaluations (organization_id, project_id, formation_brief_id, manifest_digest,
                            connection_type, holds, differences, compiler_version)
                        values (:organization, :project, :brief, :manifest, :connection, :holds, :differences::json, :compiler)
                        on conflict do nothing
                        """)
                .param("organization", brief.organizationId())
                .param("project", brief.projectId())
                .param("brief", brief.id())
                .param("manifest", installation.manifestDigest())
                .param("connection", installation.connectionType().wireName())
                .param("holds", differences.isEmpty())
                .param(
                        "differences",
                        json.writeValueAsString(differences.stream()
                                .map(TargetDifference::toJson)
                                .toList()))
                .param("compiler", Compiler.VERSION)
                .update();
    }
}
