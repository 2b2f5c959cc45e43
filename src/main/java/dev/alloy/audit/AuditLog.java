package dev.alloy.audit;

import dev.alloy.problem.Correlation;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.json.JsonMapper;

/** Appends to {@code audit_events}. Rows are never changed; the database refuses it. */
@Component
public class AuditLog {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    AuditLog(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Appends one fact in the caller's transaction, so that the fact stands if and only if the change does. */
    public void append(AuditFact fact) {
        jdbc.sql("""
                        insert into audit_events (organization_id, project_id, actor_type, actor_name, credential_id,
                            remote_address, type, target_type, target_id, before_digest, after_digest, correlation_id, detail)
                        values (:organization, :project, :actorType, :actorName, :credential,
                            :remote, :type, :targetType, :targetId, :before, :after, :correlation, :detail::jsonb)
                        """)
                .param("organization", fact.organizationId())
                .param("project", fact.projectId())
                .param("actorType", fact.actor().type())
                .param("actorName", fact.actor().name())
                .param("credential", fact.actor().credentialId())
                .param("remote", remoteAddress())
                .param("type", fact.type())
                .param("targetType", fact.targetType())
                .param("targetId", fact.targetId())
                .param("before", fact.beforeDigest())
                .param("after", fact.afterDigest())
                .param("correlation", Correlation.current())
                .param("detail", json.writeValueAsString(fact.detail()))
                .update();
    }

    private static @Nullable String remoteAddress() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
                ? request.getRequest().getRemoteAddr()
                : null;
    }
}
