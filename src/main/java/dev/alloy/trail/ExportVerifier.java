package dev.alloy.trail;

import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import dev.alloy.signing.Envelope;
import dev.alloy.signing.PublishedKey;
import dev.alloy.trail.ChainCheck.Broken;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Verifies an export without the service that made it: line by line, a batch at a time in memory. */
final class ExportVerifier {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What no batch is of. */
    private static final String NO_ORGANIZATION = "";

    /**
     * What was found.
     *
     * @param broken the first thing that is wrong; null where everything holds
     * @param line where in the file; 0 where everything holds
     * @param events how many sealed events there are
     * @param omitted how many of them the export left out
     * @param unsealed how many events nothing speaks for yet
     * @param checkpoints how many batches hold
     * @param filtered whether the export says of itself that it leaves events out
     * @param keyIds the keys that were relied on
     */
    record Outcome(
            @Nullable Broken broken,
            int line,
            long events,
            long omitted,
            long unsealed,
            long checkpoints,
            boolean filtered,
            List<String> keyIds) {}

    private final @Nullable List<PublishedKey> trusted;
    private final @Nullable Path keptDirectory;
    private final Map<String, ChainCheck> chains = new HashMap<>();
    private final List<JsonNode> pending = new ArrayList<>();
    private List<PublishedKey> keys = List.of();
    private boolean filtered;
    private boolean ended;
    private @Nullable String only;
    private long written;
    private long omitted;
    private long checkpoints;
    private int number;

    /**
     * @param trusted the keys whose signatures count; null to rely on those that the export brings
     * @param keptDirectory where checkpoints are kept; null for nowhere
     */
    ExportVerifier(@Nullable List<PublishedKey> trusted, @Nullable Path keptDirectory) {
        this.trusted = trusted;
        this.keptDirectory = keptDirectory;
    }

    Outcome verify(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            Optional<Broken> broken = line(line);
            if (broken.isPresent()) {
                return outcome(broken.get());
            }
        }
        return outcome(end().orElse(null));
    }

    private Outcome outcome(@Nullable Broken broken) {
        long events = chains.values().stream().mapToLong(ChainCheck::events).sum();
        return new Outcome(
                broken,
                broken == null ? 0 : number,
                events,
                omitted,
                pending.size(),
                checkpoints,
                filtered,
                keys.stream().map(PublishedKey::keyId).toList());
    }

    private Optional<Broken> line(String text) {
        JsonNode line;
        try {
            line = StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (UnreadableJson e) {
            return Optional.of(new Broken(null, "The line is not valid I-JSON: " + e.getMessage()));
        }
        if (number == 1 || line.has("export")) {
            return number == 1
                    ? begin(line.path("export"))
                    : Optional.of(new Broken(null, "A second export begins here."));
        }
        if (ended) {
            return Optional.of(new Broken(EventDocument.id(line), "Something follows the end of the export."));
        }
        if (line.has("checkpoint")) {
            return batch(line);
        }
        if (line.has("end")) {
            ended = true;
            boolean counts = line.path("end").path("events").asLong(-1) == written
                    && line.path("end").path("checkpoints").asLong(-1) == checkpoints;
            return counts
                    ? Optional.empty()
                    : Optional.of(new Broken(null, "The export's last line counts a different number of lines."));
        }
        if (EventDocument.id(line) == null) {
            return Optional.of(new Broken(null, "The line is no audit event."));
        }
        written++;
        pending.add(line);
        return Optional.empty();
    }

    private Optional<Broken> begin(JsonNode header) {
        if (!AuditExport.VERSION.equals(header.path("schema_version").asString(""))) {
            return Optional.of(new Broken(null, "The file does not begin as an export of the audit log does."));
        }
        filtered = header.path("filtered").asBoolean(true);
        only = header.path("organization_id").asStringOpt().orElse(null);
        keys = trusted == null ? keys(header.path("keys")) : trusted;
        if (only != null) {
            chain(only);
        }
        return Optional.empty();
    }

    /** Reads keys as {@code GET /api/attestation-keys} lists them. Throws {@link IllegalArgumentException} for anything else. */
    static List<PublishedKey> keys(JsonNode list) {
        try {
            return list.valueStream()
                    .map(key -> PublishedKey.ofPem(
                            key.path("public_key_pem").asString(""),
                            Instant.parse(key.path("valid_from").asString("")),
                            key.path("valid_to")
                                    .asStringOpt()
                                    .map(Instant::parse)
                                    .orElse(null)))
                    .toList();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("A key has no time from which it is valid", e);
        }
    }

    private ChainCheck chain(String organization) {
        return chains.computeIfAbsent(organization, key -> chainOf(key.equals(NO_ORGANIZATION) ? null : key));
    }

    private ChainCheck chainOf(@Nullable String organization) {
        return new ChainCheck(organization, keys, kept(organization));
    }

    private @Nullable Checkpoint kept(@Nullable String organization) {
        return keptDirectory == null
                ? null
                : KeptCheckpoints.of(keptDirectory, organization).orElse(null);
    }

    private Optional<Broken> batch(JsonNode line) {
        SealedBatch batch;
        try {
            if (!line.path("checkpoint").isObject()) {
                return Optional.of(new Broken(null, "The checkpoint cannot be read."));
            }
            Envelope envelope = JSON.treeToValue(line.path("checkpoint"), Envelope.class);
            batch = new SealedBatch(
                    envelope,
                    line.path("rows")
                            .valueStream()
                            .map(row -> new SealedBatch.Entry(
                                    Long.parseLong(row.path(0).asString("")),
                                    HexFormat.of().parseHex(row.path(1).asString(""))))
                            .toList());
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.of(new Broken(null, "The checkpoint cannot be read."));
        }
        Checkpoint checkpoint = Checkpoint.read(batch.envelope().payloadBytes());
        String organization = checkpoint == null || checkpoint.organizationId() == null
                ? NO_ORGANIZATION
                : checkpoint.organizationId();
        if (checkpoint != null && only != null && !only.equals(organization)) {
            return Optional.of(new Broken(checkpoint.firstEventId(), "The checkpoint is another organization's."));
        }
        List<SealedBatch.Entry> found = pending.stream()
                .map(event -> new SealedBatch.Entry(
                        Objects.requireNonNull(EventDocument.id(event)), Merkle.leaf(EventDocument.bytes(event))))
                .toList();
        Optional<Broken> broken = chain(organization).next(batch, found, !filtered);
        if (broken.isEmpty()) {
            omitted += batch.entries().size() - found.size();
            checkpoints++;
            pending.clear();
        }
        return broken;
    }

    private Optional<Broken> end() {
        if (!ended) {
            JsonNode last = pending.isEmpty() ? null : pending.get(pending.size() - 1);
            return Optional.of(
                    new Broken(last == null ? null : EventDocument.id(last), "The export is cut off behind this row."));
        }
        if (only == null && keptDirectory != null) {
            KeptCheckpoints.organizations(keptDirectory)
                    .forEach(organization -> chain(organization == null ? NO_ORGANIZATION : organization));
        }
        Long firstUnsealed = pending.isEmpty() ? null : EventDocument.id(pending.get(0));
        return chains.values().stream()
                .map(chain -> chain.end(firstUnsealed))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
