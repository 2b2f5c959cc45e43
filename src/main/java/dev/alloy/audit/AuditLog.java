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

    private static final String INSERT = """
            insert into audit_events (organization_id, project_id, actor_type, actor_name, credential_id,
                remote_address, type, target_type, target_id, before_digest, after_digest, correlation_id, detail)
            """;

    private static final String ROW = """
            select cast(:auditOrganization as text), cast(:auditProject as text), :auditActorType, :auditActorName,
                cast(:auditCredential as text), cast(:auditRemote as text), :auditType, :auditTargetType, :auditTargetId,
                cast(:auditBefore as text), cast(:auditAfter as text), cast(:auditCorrelation as text),
                cast(:auditDetail as jsonb)
            """;

    /** Begins the names of a fact's parameters. */
    private static final String FIRST = "audit";

    private static final String SECOND = "nextAudit";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    AuditLog(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Appends one fact in the caller's transaction, so the fact stands if and only if the change does. */
    public void append(AuditFact fact) {
        jdbc.sql(INSERT + ROW).params(values(fact)).update();
    }

    /**
     * The same as part of the statement that makes the change: a common table expression that appends the fact for each row of another
     * one. Its parameters are {@link #values}.
     *
     * @param changes name of the expression that answers what was changed
     */
    public static String appendingFor(String changes) {
        return ", audited as (" + INSERT + ROW + " from " + changes + ")";
    }

    /**
     * The same for two facts, one after the other. The parameters of the second are {@link #valuesOfSecond}.
     *
     * @param second what is selected from for the second fact: a name, and under which condition
     */
    public static String appendingFor(String changes, String second) {
        return ", audited as (" + INSERT + ROW + " from " + changes + " union all "
                + ROW.replace(":" + FIRST, ":" + SECOND) + " from " + second + ")";
    }

    /** The parameters of {@link #appendingFor(String)}. */
    public Map<String, @Nullable Object> values(AuditFact fact) {
        return values(FIRST, fact);
    }

    /** The parameters that {@link #appendingFor(String, String)} has besides. */
    public Map<String, @Nullable Object> valuesOfSecond(AuditFact fact) {
        return values(SECOND, fact);
    }

    private Map<String, @Nullable Object> values(String prefix, AuditFact fact) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put(prefix + "Organization", fact.organizationId());
        values.put(prefix + "Project", fact.projectId());
        values.put(prefix + "ActorType", fact.actor().type());
        values.put(prefix + "ActorName", fact.actor().name());
        values.put(prefix + "Credential", fact.actor().credentialId());
        values.put(prefix + "Remote", remoteAddress());
        values.put(prefix + "Type", fact.type());
        values.put(prefix + "TargetType", fact.targetType());
        values.put(prefix + "TargetId", fact.targetId());
        values.put(prefix + "Before", fact.beforeDigest());
        values.put(prefix + "After", fact.afterDigest());
        values.put(prefix + "Correlation", Correlation.current());
        values.put(prefix + "Detail", json.writeValueAsString(detail(fact)));
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
