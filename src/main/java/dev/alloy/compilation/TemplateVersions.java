package dev.alloy.compilation;

import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Every version of every template; kept forever, since briefs were compiled from them. */
@Component
class TemplateVersions {

    /** A version may be as large as a request. */
    private static final int MOST = 20;

    private final JdbcClient jdbc;

    TemplateVersions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Refuses with {@code precondition-failed} when another request wrote this version first. */
    void keep(BriefTemplate template, TemplateVersion version) {
        int kept = jdbc.sql("""
                        insert into brief_template_versions (organization_id, brief_template_id, ordinal, content, digest,
                            created_by, created_at)
                        values (:organization, :template, :ordinal, :content, :digest, :by, :at)
                        on conflict (brief_template_id, ordinal) do nothing
                        """)
                .param("organization", template.organizationId())
                .param("template", template.id())
                .param("ordinal", version.number())
                .param("content", version.content())
                .param("digest", version.digest())
                .param("by", version.createdBy())
                .param("at", version.createdAt().atOffset(ZoneOffset.UTC))
                .update();
        if (kept == 0) {
            throw ProblemType.PRECONDITION_FAILED.because(
                    "The template has changed since; read it again for its new ETag.");
        }
    }

    TemplateVersion newest(BriefTemplate template) {
        return jdbc.sql("""
                        select * from brief_template_versions
                        where organization_id = :organization and brief_template_id = :template and ordinal = :ordinal
                        """)
                .param("organization", template.organizationId())
                .param("template", template.id())
                .param("ordinal", template.ordinal())
                .query((row, n) -> read(row))
                .single();
    }

    Page<TemplateVersion> list(BriefTemplate template, PageQuery wanted) {
        PageQuery page = wanted.atMost(MOST);
        PageQuery.Position after = page.after();
        var rows = jdbc.sql("""
                        select * from brief_template_versions
                        where organization_id = :organization and brief_template_id = :template
                          and (:time::timestamptz is null or (created_at, ordinal) < (:time, :ordinal))
                        order by created_at desc, ordinal desc limit :limit
                        """)
                .param("organization", template.organizationId())
                .param("template", template.id())
                .param("time", after == null ? null : after.time().atOffset(ZoneOffset.UTC))
                .param("ordinal", after == null ? null : PageQuery.number(after))
                .param("limit", page.limit() + 1)
                .query((row, n) -> read(row))
                .list();
        return page.page(
                rows,
                row -> new PageQuery.Position(row.createdAt(), String.valueOf(row.number())),
                Function.identity());
    }

    private static TemplateVersion read(ResultSet row) throws SQLException {
        return new TemplateVersion(
                row.getInt("ordinal"),
                row.getBytes("content"),
                row.getString("digest"),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
