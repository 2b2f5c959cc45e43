package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.access.Projects;
import dev.alloy.database.LockedRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.node.ObjectNode;

/** Reads in one statement what a run of a brief is made of, with the brief locked against decisions about it. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class RunnableBriefs {

    private final Projects projects;
    private final Briefs briefs;
    private final BriefContents contents;
    private final JdbcClient jdbc;

    RunnableBriefs(Projects projects, Briefs briefs, BriefContents contents, JdbcClient jdbc) {
        this.projects = projects;
        this.briefs = briefs;
        this.contents = contents;
        this.jdbc = jdbc;
    }

    /**
     * A brief of a project within the caller's reach, locked for share until the transaction ends: approvals of it,
     * edits of its prompts and its archiving wait, so none of them passes by a run that is requested at this moment.
     *
     * <p>Refused: {@code not-found} for the project, {@code unknown-reference}.
     *
     * @param packId the prompt pack; null for the newest
     */
    public RunnableBrief lock(Caller caller, String projectId, String briefId, @Nullable String packId) {
        return find(caller, projectId, briefId, packId).orElseGet(() -> {
            projects.get(caller, projectId);
            Brief brief = briefs.referenced(caller, projectId, briefId, "/formation_brief_id");
            briefs.referencedPack(caller, brief, packId, "/prompt_pack_id");
            return find(caller, projectId, briefId, packId).orElseThrow();
        });
    }

    /** The payload that a run of the brief executes, with its prompts; shared, so it must not be modified. */
    public ObjectNode payload(RunnableBrief brief) {
        return contents.payload(brief);
    }

    private Optional<RunnableBrief> find(Caller caller, String projectId, String briefId, @Nullable String packId) {
        return LockedRow.read(() -> read(caller, projectId, briefId, packId));
    }

    private Optional<LockedRow<RunnableBrief>> read(
            Caller caller, String projectId, String briefId, @Nullable String packId) {
        Set<String> reach = caller.projectIds();
        return jdbc.sql("""
                        select b.id, b.organization_id, b.project_id, b.digest, b.status, b.installation_id, b.entry_event, b.throttle,
                            b.repo_path, b.repo_revision, b.branch, p.id as pack_id, p.digest as pack_digest, p.ordinal, j.four_eyes,
                            (b.manifest_digest, b.connection_type) is not distinct from (i.manifest_digest, i.connection_type)
                                or exists (
                                    select from target_evaluations t
                                    where t.organization_id = b.organization_id and t.formation_brief_id = b.id
                                      and t.manifest_digest = i.manifest_digest and t.connection_type = i.connection_type) as target_known,
                            alloy_now() as read_at,
                            b.version = (
                                select s.version from formation_brief_compilations s
                                where s.organization_id = b.organization_id and s.id = b.id) as of_one_moment
                        from formation_brief_compilations b
                        join projects j on j.organization_id = b.organization_id and j.id = b.project_id
                        join foundry_installations i on i.owning_organization_id = b.organization_id and i.id = b.installation_id
                        join lateral (
                            select k.id, k.digest, k.ordinal from prompt_pack_compilations k
                            where k.organization_id = b.organization_id and k.formation_brief_id = b.id
                              and (cast(:pack as text) is null or k.id = :pack)
                            order by k.ordinal desc limit 1) p on true
                        where b.id = :brief and b.project_id = :project
                          and (cast(:organization as text) is null or b.organization_id = :organization)
                          and (cast(:projects as text[]) is null or b.project_id = any (:projects))
                        for share of b
                        """)
                .param("brief", briefId)
                .param("project", projectId)
                .param("pack", packId)
                .param("organization", caller.organizationId())
                .param("projects", reach == null ? null : reach.toArray(String[]::new))
                .query((row, n) -> new LockedRow<>(read(row), row.getBoolean("of_one_moment")))
                .optional();
    }

    private static RunnableBrief read(ResultSet row) throws SQLException {
        return new RunnableBrief(
                row.getString("id"),
                row.getString("organization_id"),
                row.getString("project_id"),
                row.getString("digest"),
                BriefStatus.of(row.getString("status")),
                row.getString("installation_id"),
                row.getString("entry_event"),
                row.getString("throttle"),
                row.getString("repo_path"),
                row.getString("repo_revision"),
                row.getString("branch"),
                new RunnableBrief.Pack(
                        row.getString("pack_id"), row.getString("pack_digest"), row.getInt("ordinal") > 1),
                row.getBoolean("four_eyes"),
                row.getBoolean("target_known"),
                row.getObject("read_at", OffsetDateTime.class).toInstant());
    }
}
