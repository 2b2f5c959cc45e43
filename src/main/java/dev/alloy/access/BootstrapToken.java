package dev.alloy.access;

import dev.alloy.audit.Actor;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DataHome;
import dev.alloy.database.Ids;
import dev.alloy.database.OwnerOnly;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Provides the first credential of an empty database. It takes the configured token, or makes one, before the first
 * request is served. Source: access.md, “Principals”.
 */
@Component
class BootstrapToken implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(BootstrapToken.class);

    private final String configured;
    private final Path file;
    private final JdbcClient jdbc;
    private final AuditLog audit;
    private final TransactionTemplate transaction;

    BootstrapToken(
            @Value("${alloy.bootstrap-token:}") String configured,
            DataHome home,
            JdbcClient jdbc,
            AuditLog audit,
            PlatformTransactionManager transactions) {
        this.configured = configured.strip();
        this.file = home.resolve("bootstrap-token");
        this.jdbc = jdbc;
        this.audit = audit;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public void afterSingletonsInstantiated() {
        transaction.executeWithoutResult(status -> {
            // Two replicas may start on the same empty database.
            jdbc.sql("select pg_advisory_xact_lock(hashtext('alloy bootstrap token'))")
                    .query((row, n) -> 1)
                    .list();
            if (!configured.isEmpty()) {
                take(configured);
            } else if (noneExists()) {
                generate();
            }
        });
    }

    private void take(String token) {
        String id = Secrets.publicId(AccessTokens.PREFIX, token)
                .map(ulid -> "tok_" + ulid)
                .orElseGet(() -> Ids.next("tok"));
        boolean revoked = jdbc.sql("select revoked_at is not null from access_tokens where token_hash = :hash")
                .param("hash", Secrets.hash(token))
                .query(Boolean.class)
                .optional()
                .orElse(false);
        if (revoked) {
            log.warn("The configured bootstrap token was revoked and stays revoked");
        }
        store(id, token);
    }

    /** The file comes first: a token in a file without its row is replaced, a row without its file would lock all callers out. */
    private void generate() {
        String id = Ids.next("tok");
        String token = Secrets.issue(AccessTokens.PREFIX, id.substring("tok_".length()));
        write(token);
        store(id, token);
        log.info(
                "A bootstrap token was made and written to {}",
                file.toAbsolutePath().normalize());
        Console terminal = System.console();
        if (terminal != null && isTerminal(terminal)) {
            terminal.printf("Bootstrap token (shown once): %s%n", token);
        }
    }

    /** Some Java versions from 22 on have a console although the output goes into a file, where the token must not go. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private boolean noneExists() {
        return jdbc.sql("select not exists (select 1 from access_tokens)")
                .query(Boolean.class)
                .single();
    }

    private void store(String id, String token) {
        int rows =
                jdbc.sql("""
                        insert into access_tokens (id, organization_id, kind, name, authorities, token_hash, created_by)
                        values (:id, null, 'bootstrap', 'bootstrap', '{}', :hash, 'alloy')
                        on conflict do nothing
                        """).param("id", id).param("hash", Secrets.hash(token)).update();
        if (rows == 1) {
            audit.append(AuditFact.of(Actor.SYSTEM, "access_token.issued", null, null, "access_token", id)
                    .with("name", "bootstrap"));
        }
    }

    private void write(String token) {
        try {
            OwnerOnly.write(file, token + System.lineSeparator());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the bootstrap token to " + file, e);
        }
    }
}
