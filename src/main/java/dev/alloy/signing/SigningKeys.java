package dev.alloy.signing;

import dev.alloy.audit.Actor;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DataHome;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.database.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The key that this replica signs with, and the public keys of all. The private key is a file: in the data directory,
 * made when it is missing and made again when it is old, or wherever it is configured to be. The file is looked at
 * again and again, so putting another key there is all that rotating takes.
 */
@Component
public class SigningKeys implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

    /** How old the knowledge of the file may be. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private final Path file;
    private final boolean configured;
    private final Duration lifetime;
    private final DataHome home;
    private final JdbcClient jdbc;
    private final AuditLog audit;
    private final DatabaseClock clock;
    private final TransactionTemplate transaction;
    private @Nullable Held held;

    private record Held(SigningKey key, FileTime modified, Instant validFrom, long lookedAt) {}

    SigningKeys(
            @Value("${alloy.attestation.key-file:}") String keyFile,
            @Value("${alloy.attestation.key-lifetime:365d}") Duration lifetime,
            DataHome home,
            JdbcClient jdbc,
            AuditLog audit,
            DatabaseClock clock,
            PlatformTransactionManager transactions) {
        this.configured = !keyFile.isBlank();
        this.file = configured ? Path.of(keyFile) : home.resolve("attestation-key.pem");
        this.lifetime = lifetime;
        this.home = home;
        this.jdbc = jdbc;
        this.audit = audit;
        this.clock = clock;
        // What is signed in a transaction that fails was signed all the same; the key's row has to stand before.
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    @Override
    public void afterSingletonsInstantiated() {
        current();
    }

    /** A payload of this type, signed by this replica now. */
    public Envelope sign(String payloadType, byte[] payload) {
        SigningKey key = current().key();
        return Envelope.of(payloadType, payload, key.id(), key.sign(Envelope.signedBytes(payloadType, payload)));
    }

    private synchronized Held current() {
        Held known = held;
        if (known != null && System.nanoTime() - known.lookedAt() < LOOK_AGAIN.toNanos()) {
            return known;
        }
        try {
            held = look(known);
            return held;
        } catch (IOException e) {
            throw new UncheckedIOException("The signing key " + file + " cannot be read", e);
        }
    }

    private Held look(@Nullable Held known) throws IOException {
        if (!configured && !Files.exists(file)) {
            make();
        }
        FileTime modified = Files.getLastModifiedTime(file);
        Held read = known != null && known.modified().equals(modified)
                ? new Held(known.key(), modified, known.validFrom(), System.nanoTime())
                : publish(read(), modified);
        boolean old = !configured && read.validFrom().plus(lifetime).isBefore(clock.now());
        if (!old) {
            return read;
        }
        OwnerOnly.write(file, SigningKey.generate().pem());
        return publish(read(), Files.getLastModifiedTime(file));
    }

    /** Of two processes that share a directory, one makes the key and both take it. */
    private void make() throws IOException {
        OwnerOnly.writeOnce(file, SigningKey.generate().pem());
    }

    private SigningKey read() throws IOException {
        try {
            return SigningKey.ofPem(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    file + " holds no Ed25519 key in PKCS #8 (PEM); 'openssl genpkey -algorithm ed25519' makes one.",
                    e);
        }
    }

    /** Writes the key's row, and ends what this replica signed with before. */
    private Held publish(SigningKey key, FileTime modified) throws IOException {
        String replica = replica();
        Instant validFrom = transaction.execute(status -> {
            int ended = jdbc.sql("""
                            update attestation_keys set valid_to = greatest(alloy_now(), valid_from)
                            where replica = :replica and valid_to is null and key_id <> :key
                            """)
                    .param("replica", replica)
                    .param("key", key.id())
                    .update();
            int added = jdbc.sql("""
                            insert into attestation_keys (key_id, algorithm, public_key, replica)
                            values (:key, 'ed25519', :public, :replica) on conflict do nothing
                            """)
                    .param("key", key.id())
                    .param("public", key.publicKey())
                    .param("replica", replica)
                    .update();
            if (added > 0) {
                audit.append(
                        AuditFact.of(Actor.SYSTEM, "attestation_key.published", null, null, "attestation_key", key.id())
                                .with("keys_ended", ended));
            }
            return validFrom(key);
        });
        log.info("Attestations are signed with the key {}", key.id());
        return new Held(key, modified, validFrom == null ? clock.now() : validFrom, System.nanoTime());
    }

    private Instant validFrom(SigningKey key) {
        PublishedKey published = all().stream()
                .filter(one -> one.keyId().equals(key.id()))
                .findFirst()
                .orElseThrow();
        if (published.validTo() != null) {
            throw new IllegalStateException("The key in " + file + " went out of use at " + published.validTo()
                    + "; its signatures are no longer valid. Replace it, or delete the file to have a new key made.");
        }
        return published.validFrom();
    }

    /** Tells the keys of this data directory from those of others. */
    private String replica() throws IOException {
        Path name = home.resolve("replica-id");
        if (!Files.exists(name)) {
            OwnerOnly.writeOnce(name, Ids.next("replica") + "\n");
        }
        return Files.readString(name).strip();
    }

    /** All keys that ever signed, the newest first. */
    public List<PublishedKey> all() {
        return jdbc.sql("select * from attestation_keys order by valid_from desc, key_id")
                .query((row, n) -> published(row))
                .list();
    }

    private static PublishedKey published(ResultSet row) throws SQLException {
        OffsetDateTime validTo = row.getObject("valid_to", OffsetDateTime.class);
        return new PublishedKey(
                row.getString("key_id"),
                row.getBytes("public_key"),
                row.getObject("valid_from", OffsetDateTime.class).toInstant(),
                validTo == null ? null : validTo.toInstant());
    }
}
