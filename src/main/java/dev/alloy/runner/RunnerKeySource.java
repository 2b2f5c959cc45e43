package dev.alloy.runner;

import dev.alloy.access.Caller;
import dev.alloy.access.CredentialSource;
import dev.alloy.access.RefusedUses;
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
    private final RefusedUses refused;

    RunnerKeySource(JdbcClient jdbc, RefusedUses refused) {
        this.jdbc = jdbc;
        this.refused = refused;
    }

    private record Row(
            Caller caller,
            byte[] hash,
            byte[] previousHash,
            boolean revoked,
            boolean expired,
            boolean previousHolds,
            boolean useIsNews) {

        boolean holds(String key) {
            boolean present = Secrets.matches(key, hash) && !expired;
            return !revoked && (present || Secrets.matches(key, previousHash) && previousHolds);
        }
    }

    @Override
    public String prefix() {
        return Runners.KEY_PREFIX;
    }

    @Override
    public Optional<Caller> authenticate(String key) {
        Optional<Row> known = Secrets.publicId(Runners.KEY_PREFIX, key)
                .flatMap(this::find)
                .filter(row -> Secrets.matches(key, row.hash()) || Secrets.matches(key, row.previousHash()));
        known.ifPresent(row -> note(row, row.holds(key)));
        return known.filter(row -> row.holds(key)).map(Row::caller);
    }

    private void note(Row row, boolean holds) {
        if (!holds) {
            refused.note(row.caller(), "alloy_runner");
        } else if (row.useIsNews()) {
            noteUse(row.caller());
        }
    }

    /** Whoever holds the row at this moment is about this runner, too; the time can wait for the next call. */
    private void noteUse(Caller caller) {
        jdbc.sql("""
                        update alloy_runners set key_last_used_at = alloy_now()
                        where organization_id = :organization and id = :id
                          and id in (select r.id from alloy_runners r
                                     where r.organization_id = :organization and r.id = :id for no key update skip locked)
                        """)
                .param("organization", caller.organizationId())
                .param("id", caller.credentialId())
                .update();
    }

    private Optional<Row> find(String publicId) {
        return jdbc.sql("""
                        select id, organization_id, runner_key_hash, previous_key_hash, status = 'revoked' as revoked,
                               coalesce(key_expires_at <= alloy_now(), false) as expired,
                               coalesce(previous_key_expires_at > alloy_now(), false) as previous_holds,
                               (key_last_used_at is null or key_last_used_at < alloy_now() - interval '1 minute') as use_is_news
                        from alloy_runners where id = :id
                        """)
                .param("id", "runner_" + publicId)
                .query((row, n) -> read(row))
                .optional();
    }

    private static Row read(ResultSet row) throws SQLException {
        String id = row.getString("id");
        return new Row(
                new Caller(Caller.Kind.RUNNER, row.getString("organization_id"), id, id, Set.of(), null),
                row.getBytes("runner_key_hash"),
                row.getBytes("previous_key_hash"),
                row.getBoolean("revoked"),
                row.getBoolean("expired"),
                row.getBoolean("previous_holds"),
                row.getBoolean("use_is_news"));
    }
}
