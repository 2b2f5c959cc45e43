package dev.alloy.access;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tells of calls that last whether their credential does. */
@Component
public class Credentials {

    private final JdbcClient jdbc;

    Credentials(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of the people whose token has neither ended nor been revoked. */
    public Set<Caller> stillGood(Collection<Caller> callers) {
        if (callers.isEmpty()) {
            return Set.of();
        }
        Set<String> good = Set.copyOf(jdbc.sql("""
                        select id from access_tokens
                        where id = any(:ids) and revoked_at is null and (expires_at is null or expires_at > alloy_now())
                        """)
                .param(
                        "ids",
                        callers.stream().map(Caller::credentialId).distinct().toArray(String[]::new))
                .query(String.class)
                .list());
        return callers.stream()
                .filter(caller -> good.contains(caller.credentialId()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
