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

/** Authenticates {@code alloy_reg_} tokens; one that was used is known still, so its holder can be told so. */
@Component
class RegistrationTokenSource implements CredentialSource {

    private final JdbcClient jdbc;
    private final RefusedUses refused;

    RegistrationTokenSource(JdbcClient jdbc, RefusedUses refused) {
        this.jdbc = jdbc;
        this.refused = refused;
    }

    private record Row(Caller caller, byte[] hash, boolean valid) {}

    @Override
    public String prefix() {
        return RegistrationTokens.PREFIX;
    }

    @Override
    public Optional<Caller> authenticate(String token) {
        return Secrets.publicId(RegistrationTokens.PREFIX, token)
                .flatMap(this::find)
                .filter(row -> Secrets.matches(token, row.hash()))
                .filter(row -> {
                    if (!row.valid()) {
                        refused.note(row.caller(), "registration_token");
                    }
                    return row.valid();
                })
                .map(Row::caller);
    }

    private Optional<Row> find(String publicId) {
        return jdbc.sql("""
                        select id, organization_id, token_hash, revoked_at is null and expires_at > alloy_now() as valid
                        from registration_tokens where id = :id
                        """)
                .param("id", "regtok_" + publicId)
                .query((row, n) -> read(row))
                .optional();
    }

    private static Row read(ResultSet row) throws SQLException {
        String id = row.getString("id");
        Caller caller = new Caller(Caller.Kind.REGISTRATION, row.getString("organization_id"), id, id, Set.of(), null);
        return new Row(caller, row.getBytes("token_hash"), row.getBoolean("valid"));
    }
}
