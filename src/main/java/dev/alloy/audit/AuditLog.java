package dev.alloy.audit;

import dev.alloy.problem.Correlation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.json.JsonMapper;

/** Appends to {@code audit_events}. Rows are never changed; the database refuses it. */
@Component
public class AuditLog {

    /** Attribute of a request that does not come over the API: what it comes by, as each of its rows is to tell. */
    public static final String VIA = AuditLog.class.getName() + ".via";

    private static final String APPEND = """
            insert into audit_events (organization_id, project_id, actor_type, actor_name, credential_id,
                remote_address, type, target_type, target_id, before_digest, after_digest, correlation_id, detail)
            select cast(:auditOrganization as text), cast(:auditProject as text), :auditActorType, :auditActorName,
                cast(:auditCredential as text), cast(:auditRemote as text), :auditType, :auditTargetType, :auditTargetId,
                cast(:auditBefore as text), cast(:auditAfter as text), cast(:auditCorrelation as text),
                cast(:auditDetail as jsonb)
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    AuditLog(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Appends one fact in the caller's transaction, so that the fact stands if and only if the change does. */
    public void append(AuditFact fact) {
        jdbc.sql(APPEND).params(values(fact)).update();
    }

    /**
     * The same as part of the statement that makes the change: a common table expression that appends the fact for each row of another
     * one. Its parameters are {@link #values}.
     *
     * @param changes name of the expression that answers what was changed
     */
    public static String appendingFor(String changes) {
        return ", audited as (" + APPEND + " from " + changes + ")";
    }

    /** The parameters of {@link #appendingFor}. */
    public Map<String, @Nullable Object> values(AuditFact fact) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("auditOrganization", fact.organizationId());
        values.put("auditProject", fact.projectId());
        values.put("auditActorType", fact.actor().type());
        values.put("auditActorName", fact.actor().name());
        values.put("auditCredential", fact.actor().credentialId());
        values.put("auditRemote", remoteAddress());
        values.put("auditType", fact.type());
        values.put("auditTargetType", fact.targetType());
        values.put("auditTargetId", fact.targetId());
        values.put("auditBefore", fact.beforeDigest());
        values.put("auditAfter", fact.afterDigest());
        values.put("auditCorrelation", Correlation.current());
        values.put("auditDetail", json.writeValueAsString(detail(fact)));
        return values;
    }

    private static Map<String, Object> detail(AuditFact fact) {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
                        && request.getRequest().getAttribute(VIA) instanceof String via
                ? fact.with("via", via).detail()
                : fact.detail();
    }

    private static @Nullable String remoteAddress() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
                ? request.getRequest().getRemoteAddr()
                : null;
    }
}
