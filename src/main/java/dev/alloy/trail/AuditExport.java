package dev.alloy.trail;

import dev.alloy.access.Caller;
import dev.alloy.database.DatabaseClock;
import dev.alloy.signing.PublishedKey;
import dev.alloy.signing.SigningKeys;
import dev.alloy.trail.AuditBatches.Place;
import dev.alloy.trail.AuditBatches.Placed;
import dev.alloy.trail.AuditBatches.Stored;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the audit log as JSON Lines: a line {@code {"export":…}} with the keys; the events in the order in which they were sealed; behind
 * each batch a line {@code {"checkpoint":…, "rows":…}} with its signed checkpoint and the hashes of its rows; events that are not sealed
 * yet; a line {@code {"end":…}}. An export that leaves events out can still be verified, since their hashes are there. Reads page by
 * page; the whole is never in memory, nor in one transaction.
 */
@Service
public class AuditExport {

    static final String VERSION = "alloy.audit_export.v1";

    private static final int BATCHES = 10;
    private static final int ROWS = 1_000;

    private final AuditBatches batches;
    private final SigningKeys keys;
    private final DatabaseClock clock;
    private final JsonMapper json;

    AuditExport(AuditBatches batches, SigningKeys keys, DatabaseClock clock, JsonMapper json) {
        this.batches = batches;
        this.keys = keys;
        this.clock = clock;
        this.json = json;
    }

    /** Writes what is within the caller's reach and in the list that is wanted. */
    public void write(Caller caller, AuditTrail.Wanted wanted, OutputStream target) throws IOException {
        boolean filtered = !wanted.isEverything() || caller.projectIds() != null;
        var export = new Running(caller, wanted, target);
        export.line(header(caller, filtered));
        List<@Nullable String> chains = new ArrayList<>();
        if (caller.organizationId() == null) {
            chains.addAll(batches.organizations());
            chains.add(null);
        } else {
            chains.add(caller.organizationId());
        }
        List<Place> ends = new ArrayList<>();
        for (String chain : chains) {
            ends.add(export.sealed(chain));
        }
        // Behind all batches, so no batch of one chain finds rows of another before it.
        for (int i = 0; i < chains.size(); i++) {
            export.unsealed(chains.get(i), ends.get(i));
        }
        export.line(object().set("end", object().put("events", export.events).put("checkpoints", export.checkpoints)));
    }

    private ObjectNode header(Caller caller, boolean filtered) {
        ObjectNode header = object().put("schema_version", VERSION)
                .put("organization_id", caller.organizationId())
                .put("filtered", filtered)
                .put("exported_at", clock.now().toString());
        ArrayNode published = header.putArray("keys");
        keys.all().forEach(key -> published.add(key(key)));
        return object().set("export", header);
    }

    private static ObjectNode key(PublishedKey key) {
        return object().put("key_id", key.keyId())
                .put("algorithm", "ed25519")
                .put("public_key_pem", key.pem())
                .put("valid_from", key.validFrom().toString())
                .put("valid_to", key.validTo() == null ? null : key.validTo().toString());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** One export under way. */
    private final class Running {

        private final Caller caller;
        private final AuditTrail.Wanted wanted;
        private final OutputStream target;
        private long events;
        private long checkpoints;

        Running(Caller caller, AuditTrail.Wanted wanted, OutputStream target) {
            this.caller = caller;
            this.wanted = wanted;
            this.target = target;
        }

        /** Writes the batches of a chain, and answers where the last one ends. */
        Place sealed(@Nullable String organization) throws IOException {
            Place reached = Place.BEGINNING;
            long number = 0;
            List<Stored> page = batches.after(organization, number, BATCHES);
            while (!page.isEmpty()) {
                for (Stored batch : page) {
                    for (AuditEvent event : batches.of(organization, reached, batch)) {
                        event(event);
                    }
                    checkpoint(batch.batch());
                    reached = batch.end();
                    // What was tampered with must not lead in a circle.
                    number = Math.max(number + 1, batch.checkpoint().number());
                }
                page = batches.after(organization, number, BATCHES);
            }
            return reached;
        }

        void unsealed(@Nullable String organization, Place end) throws IOException {
            Place reached = end;
            for (List<Placed> rows = batches.behind(organization, reached, ROWS);
                    !rows.isEmpty();
                    rows = batches.behind(organization, reached, ROWS)) {
                for (Placed row : rows) {
                    event(row.event());
                    reached = row.place();
                }
            }
        }

        private void event(AuditEvent event) throws IOException {
            boolean withinReach = caller.projectIds() == null
                    || event.projectId() != null && caller.projectIds().contains(event.projectId());
            if (withinReach && wanted.matches(event)) {
                events++;
                line(EventDocument.of(event));
            }
        }

        private void checkpoint(SealedBatch batch) throws IOException {
            checkpoints++;
            ObjectNode line = object();
            line.set("checkpoint", json.valueToTree(batch.envelope()));
            ArrayNode rows = line.putArray("rows");
            batch.entries().forEach(entry -> rows.addArray()
                    .add(String.valueOf(entry.eventId()))
                    .add(HexFormat.of().formatHex(entry.hash())));
            line(line);
        }

        void line(ObjectNode line) throws IOException {
            target.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
