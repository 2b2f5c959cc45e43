package dev.alloy.access;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Authenticates {@code alloy_pat_} tokens against the database at every call, so a revocation holds everywhere at once. */
@Component
class AccessTokenSource implements CredentialSource {

    private static final String COLUMNS = """
            select id, organization_id, kind, name, authorities, project_ids, token_hash,
                   (revoked_at is null and (expires_at is null or expires_at > alloy_now())) as valid,
                   (last_used_at is null or last_used_at < alloy_now() - interval '1 minute') as use_is_news
            from access_tokens
            """;

    private final JdbcClient jdbc;
    private final RefusedUses refused;

    AccessTokenSource(JdbcClient jdbc, RefusedUses refused) {
        this.jdbc = jdbc;
        this.refused = refused;
    }

    private record Row(Caller caller, byte[] hash, boolean valid, boolean useIsNews) {}

    @Override
    public String prefix() {
        return AccessTokens.PREFIX;
    }

    @Override
    public Optional<Caller> authenticate(String token) {
        return candidates(token).stream()
                .filter(row -> Secrets.matches(token, row.hash()))
                .findFirst()
                .filter(this::stillValid)
                .map(row -> {
                    if (row.useIsNews()) {
                        noteUse(row.caller().credentialId());
                    }
                    return row.caller();
                });
    }

    /** A generated token names its row; one that an operator chose can only be the bootstrap token. */
    private List<Row> candidates(String token) {
        Optional<String> publicId = Secrets.publicId(AccessTokens.PREFIX, token);
        return publicId.isPresent()
                ? jdbc.sql(COLUMNS + "where id = :id")
                        .param("id", "tok_" + publicId.get())
                        .query((row, n) -> read(row))
                        .list()
                : jdbc.sql(COLUMNS + "where kind = 'bootstrap'")
                        .query((row, n) -> read(row))
                        .list();
    }

    private boolean stillValid(Row row) {
        if (!row.valid()) {
            refused.note(row.caller(), "access_token");
        }
        return row.valid();
    }

    private void noteUse(String id) {
        jdbc.sql("update access_tokens set last_used_at = alloy_now() where id = :id")
                .param("id", id)
                .update();
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(caller(row), row.getBytes("token_hash"), row.getBoolean("valid"), row.getBoolean("use_is_news"));
    }

    /** Whose token a row of {@code access_tokens} is. */
    static Caller caller(ResultSet row) throws SQLException {
        boolean bootstrap = row.getString("kind").equals("bootstrap");
        Set<Authority> authorities = bootstrap
                ? EnumSet.allOf(Authority.class)
                : Arrays.stream(strings(row.getArray("authorities")))
                        .map(Authority::of)
                        .collect(Collectors.toUnmodifiableSet());
        Array projects = row.getArray("project_ids");
        return new Caller(
                Caller.Kind.PERSON,
                row.getString("organization_id"),
                row.getString("name"),
                row.getString("id"),
                authorities,
                projects == null ? null : Set.of(strings(projects)));
    }

    private static String[] strings(@Nullable Array array) throws SQLException {
        return array == null ? new String[0] : (String[]) array.getArray();
    }
}
