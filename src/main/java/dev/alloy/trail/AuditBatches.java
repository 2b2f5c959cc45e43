package dev.alloy.trail;

import dev.alloy.contract.Digest;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import dev.alloy.signing.Envelope;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The sealed batches in the database, and the rows to seal next. A chain is an organization's, or what belongs to none. */
@Component
class AuditBatches {

    private static final int HASH = 32;

    private static final String COLUMNS = """
            select id, occurred_at, organization_id, project_id, actor_type, actor_name, credential_id, remote_address, type,
                target_type, target_id, before_digest, after_digest, correlation_id, detail, tx
            from audit_events
            """;

    private final JdbcClient jdbc;

    AuditBatches(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A place in the log.
     *
     * @param tx the transaction
     * @param id the row
     */
    record Place(long tx, long id) {

        static final Place BEGINNING = new Place(Long.MIN_VALUE, Long.MIN_VALUE);

        /** Reads {@link #text}; refused with {@code invalid-cursor} when it is no place. */
        static Place of(PageQuery.Position position) {
            if (!position.id().matches("[0-9]{1,18}\\.[0-9]{1,18}")) {
                throw ProblemType.INVALID_CURSOR.because("The cursor names no place in the audit log.");
            }
            int dot = position.id().indexOf('.');
            return new Place(
                    Long.parseLong(position.id().substring(0, dot)),
                    Long.parseLong(position.id().substring(dot + 1)));
        }

        String text() {
            return tx + "." + id;
        }
    }

    /** A row at its place. */
    record Placed(AuditEvent event, Place place) {}

    /** A batch, and where it ends. */
    record Stored(SealedBatch batch, Checkpoint checkpoint, Place end) {}

    /** Lets new rows come behind those that a restored database brought along. */
    boolean continueOrder() {
        return jdbc.sql("select continue_audit_order()").query(Boolean.class).single();
    }

    /** All organizations; each has a chain. */
    List<String> organizations() {
        return jdbc.sql("select id from organizations order by id")
                .query(String.class)
                .list();
    }

    /**
     * The chains that have rows behind their last batch, null for that of no organization; the rows may be of
     * transactions that have not ended.
     */
    List<@Nullable String> chainsToSeal() {
        List<@Nullable String> chains = new ArrayList<>();
        jdbc.sql("""
                        select o.id as organization_id from organizations o
                        left join lateral (
                            select last_tx, last_event_id from audit_batches b where b.chain = o.id order by number desc limit 1) b on true
                        where exists (
                            select 1 from audit_events e
                            where e.organization_id = o.id
                              and (e.tx, e.id) > (coalesce(b.last_tx, -9223372036854775808), coalesce(b.last_event_id, -9223372036854775808)))
                        """)
                .query((row, n) -> chains.add(row.getString("organization_id")))
                .list();
        Place end = newest(null).map(Stored::end).orElse(Place.BEGINNING);
        if (!behind(null, end, 1).isEmpty()) {
            chains.add(null);
        }
        return chains;
    }

    /** Whether this transaction, and none of another replica, may seal the chain until its end. */
    boolean claim(@Nullable String organization) {
        return jdbc.sql("select pg_try_advisory_xact_lock(hashtextextended('alloy audit ' || :chain, 0))")
                .param("chain", chain(organization))
                .query(Boolean.class)
                .single();
    }

    private static String chain(@Nullable String organization) {
        return organization == null ? "" : organization;
    }

    /** The newest batch of a chain. */
    Optional<Stored> newest(@Nullable String organization) {
        return jdbc.sql("""
                        select * from audit_batches
                        where chain = :chain and organization_id is not distinct from :organization
                        order by number desc limit 1
                        """)
                .param("chain", chain(organization))
                .param("organization", organization, Types.VARCHAR)
                .query((row, n) -> stored(row))
                .optional();
    }

    /** The digest of a batch's checkpoint as it is stored; empty where there is no such batch. */
    Optional<String> digest(@Nullable String organization, long number) {
        return jdbc.sql("""
                        select digest from audit_batches
                        where chain = :chain and organization_id is not distinct from :organization and number = :number
                        """)
                .param("chain", chain(organization))
                .param("organization", organization, Types.VARCHAR)
                .param("number", number)
                .query(String.class)
                .optional();
    }

    /**
     * The digests of batches as they are stored, by chain.
     *
     * @param numbers the batch to look for in each chain, by its organization; empty for that of no organization
     */
    Map<String, String> digests(Map<String, Long> numbers) {
        Map<String, String> digests = new HashMap<>();
        jdbc.sql("""
                        select b.chain, b.digest from unnest(:chains, :numbers) k (chain, number)
                        join audit_batches b on b.chain = k.chain and b.number = k.number
                            and b.organization_id is not distinct from nullif(k.chain, '')
                        """)
                .param("chains", numbers.keySet().toArray(String[]::new))
                .param("numbers", numbers.values().toArray(Long[]::new))
                .query(row -> {
                    digests.put(row.getString("chain"), row.getString("digest"));
                });
        return digests;
    }

    /** How many batches each chain has, by its organization, null for that of no organization; of none, zero. */
    Map<@Nullable String, Long> lengths() {
        Map<@Nullable String, Long> lengths = new HashMap<>();
        lengths.put(null, newest(null).map(last -> last.checkpoint().number()).orElse(0L));
        jdbc.sql("""
                        select o.id as organization_id, coalesce(
                            (select max(number) from audit_batches b where b.chain = o.id and b.organization_id = o.id), 0) as batches from organizations o
                        """)
                .query((row, n) -> lengths.put(row.getString("organization_id"), row.getLong("batches")))
                .list();
        return lengths;
    }

    /** The next batches of a chain. */
    List<Stored> after(@Nullable String organization, long number, int limit) {
        return jdbc.sql("""
                        select * from audit_batches
                        where chain = :chain and organization_id is not distinct from :organization and number > :number
                        order by number limit :limit
                        """)
                .param("chain", chain(organization))
                .param("organization", organization, Types.VARCHAR)
                .param("number", number)
                .param("limit", limit)
                .query((row, n) -> stored(row))
                .list();
    }

    /** The rows behind a place whose transactions, and all before them, have ended. */
    List<Placed> ended(@Nullable String organization, Place after, int limit) {
        return rows(
                organization,
                after,
                "and tx < (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + tx_offset from audit_order)",
                limit);
    }

    /** The rows behind a place, whatever becomes of earlier transactions. */
    List<Placed> behind(@Nullable String organization, Place after, int limit) {
        return rows(organization, after, "", limit);
    }

    private List<Placed> rows(@Nullable String organization, Place after, String more, int limit) {
        return jdbc.sql(COLUMNS + """
                        where organization_id %s and (tx, id) > (:tx, :id) %s
                        order by tx, id limit :limit
                        """.formatted(is(organization), more))
                .params(organization == null ? Map.of() : Map.of("organization", organization))
                .param("tx", after.tx())
                .param("id", after.id())
                .param("limit", limit)
                .query((row, n) -> placed(row))
                .list();
    }

    /** In words that the index serves. */
    private static String is(@Nullable String organization) {
        return organization == null ? "is null" : "= :organization";
    }

    /** The rows that are there of a batch: those it names, and those between its beginning and its end that it does not. */
    List<AuditEvent> of(@Nullable String organization, Place begin, Stored batch) {
        return jdbc.sql(COLUMNS + """
                        where organization_id %s
                          and ((tx, id) > (:tx, :id) and (tx, id) <= (:endTx, :endId) or id = any (:ids))
                        order by tx, id
                        """.formatted(is(organization)))
                .params(organization == null ? Map.of() : Map.of("organization", organization))
                .param("tx", begin.tx())
                .param("id", begin.id())
                .param("endTx", batch.end().tx())
                .param("endId", batch.end().id())
                .param(
                        "ids",
                        batch.batch().entries().stream()
                                .map(SealedBatch.Entry::eventId)
                                .toArray(Long[]::new))
                .query((row, n) -> placed(row).event())
                .list();
    }

    /** Whether the row that a batch says it ends with is there, at that place. */
    boolean isAt(@Nullable String organization, Place place) {
        return jdbc.sql("select exists (select from audit_events where organization_id %s and tx = :tx and id = :id)"
                        .formatted(is(organization)))
                .params(organization == null ? Map.of() : Map.of("organization", organization))
                .param("tx", place.tx())
                .param("id", place.id())
                .query(Boolean.class)
                .single();
    }

    /** Writes the next batch of a chain. */
    void add(Checkpoint checkpoint, SealedBatch batch, Place end) {
        Envelope.Signed signed = batch.envelope().signatures().get(0);
        byte[] leaves = new byte[HASH * batch.entries().size()];
        for (int i = 0; i < batch.entries().size(); i++) {
            System.arraycopy(batch.entries().get(i).hash(), 0, leaves, HASH * i, HASH);
        }
        byte[] bytes = batch.envelope().payloadBytes();
        jdbc.sql("""
                        insert into audit_batches (chain, number, organization_id, last_tx, last_event_id, event_ids, leaves, checkpoint,
                            digest, key_id, signature, sealed_at)
                        values (:chain, :number, :organization, :tx, :id, :ids, :leaves, :checkpoint, :digest, :key, :signature, :sealedAt)
                        """)
                .param("chain", chain(checkpoint.organizationId()))
                .param("number", checkpoint.number())
                .param("organization", checkpoint.organizationId())
                .param("tx", end.tx())
                .param("id", end.id())
                .param(
                        "ids",
                        batch.entries().stream().map(SealedBatch.Entry::eventId).toArray(Long[]::new))
                .param("leaves", leaves)
                .param("checkpoint", bytes)
                .param("digest", Digest.of(bytes))
                .param("key", signed.keyid())
                .param("signature", Base64.getDecoder().decode(signed.sig()))
                .param("sealedAt", checkpoint.sealedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        byte[] bytes = row.getBytes("checkpoint");
        Envelope envelope =
                Envelope.of(Checkpoint.MEDIA_TYPE, bytes, row.getString("key_id"), row.getBytes("signature"));
        Array array = row.getArray("event_ids");
        Long[] ids = (Long[]) array.getArray();
        byte[] leaves = row.getBytes("leaves");
        List<SealedBatch.Entry> entries = new ArrayList<>(ids.length);
        for (int i = 0; i < ids.length; i++) {
            // What was tampered with may be too short; then nothing fits, and that is what is found.
            entries.add(new SealedBatch.Entry(
                    ids[i] == null ? 0 : ids[i],
                    Arrays.copyOfRange(leaves, Math.min(HASH * i, leaves.length), HASH * (i + 1))));
        }
        Checkpoint read = Checkpoint.read(bytes);
        return new Stored(
                new SealedBatch(envelope, List.copyOf(entries)),
                Objects.requireNonNullElseGet(read, AuditBatches::unreadable),
                new Place(row.getLong("last_tx"), row.getLong("last_event_id")));
    }

    private static Checkpoint unreadable() {
        return new Checkpoint(null, 0, 0, 0, 0, 0, "", null, Instant.EPOCH);
    }

    static Placed placed(ResultSet row) throws SQLException {
        return new Placed(AuditTrail.read(row), new Place(row.getLong("tx"), row.getLong("id")));
    }
}
