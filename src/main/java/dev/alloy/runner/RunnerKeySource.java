package dev.alloy.runner;

import dev.alloy.access.Caller;
import dev.alloy.access.CredentialSource;
import dev.alloy.access.Secrets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Authenticates {@code alloy_rnr_} keys: the present one, and the one before while their overlap lasts. */
@Component
class RunnerKeySource implements CredentialSource {

    private final JdbcClient jdbc;

    RunnerKeySource(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Row(Caller caller, byte[] hash, byte[] previousHash) {}

    @Override
    public String prefix() {
        return Runners.KEY_PREFIX;
    }

    @Override
    public Optional<Caller> authenticate(String key) {
        return Secrets.publicId(Runners.KEY_PREFIX, key)
                .flatMap(this::find)
                .filter(row -> Secrets.matches(key, row.hash()) || Secrets.matches(key, row.previousHash()))
                .map(Row::caller);
    }

    private Optional<Row> find(String publicId) {
        return jdbc.sql("""
                        select id, organization_id, runner_key_hash,
                               case when previous_key_expires_at > alloy_now() then previous_key_hash end as previous_hash
                        from alloy_runners where id = :id and status <> 'revoked'
                        """)
                .param("id", "runner_" + publicId)
                .query((row, n) -> read(row))
                .optional();
    }

    private static Row read(ResultSet row) throws SQLException {
        String id = row.getString("id");
        Caller caller = new Caller(Caller.Kind.RUNNER, row.getString("organization_id"), id, id, Set.of(), null);
        return new Row(caller, row.getBytes("runner_key_hash"), row.getBytes("previous_hash"));
    }
}
