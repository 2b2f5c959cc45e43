package dev.alloy.http;

import dev.alloy.contract.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Stores answers by owner and {@code Idempotency-Key}. Secrets are left out, since they are shown once. */
@Component
class IdempotencyRecords {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    IdempotencyRecords(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    record IdempotencyRecord(
            String fingerprint,
            int status,
            @Nullable String location,
            @Nullable String etag,
            byte[] body) {}

    /** Takes the key for the rest of the transaction; false when another transaction holds it. */
    boolean claim(String owner, String key) {
        byte[] hash = Digest.sha256((owner + "\n" + key).getBytes(StandardCharsets.UTF_8));
        return jdbc.sql("select pg_try_advisory_xact_lock(:lock)")
                .param("lock", ByteBuffer.wrap(hash).getLong())
                .query(Boolean.class)
                .single();
    }

    Optional<IdempotencyRecord> find(String owner, String key) {
        return jdbc.sql("""
                        select fingerprint, status, location, etag, body from kept_answers
                        where owner = :owner and idempotency_key = :key
                        """)
                .param("owner", owner)
                .param("key", key)
                .query((row, n) -> new IdempotencyRecord(
                        row.getString("fingerprint"),
                        row.getInt("status"),
                        row.getString("location"),
                        row.getString("etag"),
                        row.getBytes("body")))
                .optional();
    }

    void keep(String owner, String key, IdempotencyRecord answer) {
        jdbc.sql("""
                        insert into kept_answers (owner, idempotency_key, fingerprint, status, location, etag, body)
                        values (:owner, :key, :fingerprint, :status, :location, :etag, :body)
                        """)
                .param("owner", owner)
                .param("key", key)
                .param("fingerprint", answer.fingerprint())
                .param("status", answer.status())
                .param("location", answer.location())
                .param("etag", answer.etag())
                .param("body", withoutSecrets(answer.body()))
                .update();
    }

    private byte[] withoutSecrets(byte[] body) {
        JsonNode answer = json.readTree(body);
        if (answer instanceof ObjectNode object) {
            object.remove(ShownOnce.MEMBERS);
        }
        return json.writeValueAsBytes(answer);
    }
}
