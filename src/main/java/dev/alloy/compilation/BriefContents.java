package dev.alloy.compilation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.alloy.access.Caller;
import dev.alloy.compiler.DocumentReferences;
import dev.alloy.compiler.ExecutionPayload;
import dev.alloy.compiler.Target;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads once a replica what never changes of a brief, up to a number of bytes. The database refuses to change any of it, so it cannot be
 * stale. Callers have read a row that names the brief within somebody's reach; what may change, such as a status, and what was not found
 * is not kept.
 */
@Component
class BriefContents {

    /** For each kind of content. */
    private static final long MOST_BYTES =
            Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 32);

    /** What an entry takes besides the texts in it. */
    private static final long BYTES_OF_AN_ENTRY = 500;

    private final BriefRepository briefs;
    private final PromptPackRepository packs;
    private final GateOverlayRepository overlays;
    private final EvidenceDefinitionRepository evidence;
    private final JsonMapper json;
    private final Cache<Key, List<EvidenceDefinition>> definitions =
            bounded(all -> sum(all, one -> 2L * one.statement().length()));
    private final Cache<Key, List<OverlayContent>> documents = bounded(all -> sum(all, one -> one.content().length));
    private final Cache<Key, ExecutableBrief> executable =
            bounded(brief -> 4L * brief.target().toString().length());
    private final Cache<Key, Integer> packSizes = bounded(size -> 0);
    private final Cache<Key, ObjectNode> payloads =
            bounded(payload -> 4L * payload.toString().length());

    BriefContents(
            BriefRepository briefs,
            PromptPackRepository packs,
            GateOverlayRepository overlays,
            EvidenceDefinitionRepository evidence,
            JsonMapper json) {
        this.briefs = briefs;
        this.packs = packs;
        this.overlays = overlays;
        this.evidence = evidence;
        this.json = json;
    }

    /** Ids are of one row in all the world; the organization is part of the key all the same, so no mistake crosses it. */
    private record Key(String organizationId, String id) {}

    /** The brief's evidence definitions in the order of the evidence plan. */
    List<EvidenceDefinition> evidenceOf(String organizationId, String briefId) {
        return read(
                definitions,
                new Key(organizationId, briefId),
                () -> evidence.all(Caller.system(organizationId), Map.of("formationBriefId", briefId)).stream()
                        .sorted(Comparator.comparingInt(EvidenceDefinition::ordinal))
                        .toList());
    }

    /** The documents of the brief's overlays, whatever was decided about them, in the order of the modes' names. */
    List<OverlayContent> overlaysOf(String organizationId, String briefId) {
        return read(
                documents,
                new Key(organizationId, briefId),
                () -> overlays.all(Caller.system(organizationId), Map.of("formationBriefId", briefId)).stream()
                        .sorted(Comparator.comparing(GateOverlay::mode))
                        .map(one -> new OverlayContent(one.id(), one.mode(), one.digest(), one.content()))
                        .toList());
    }

    /** What of the brief stands in every request to execute it. */
    ExecutableBrief executable(String organizationId, String briefId) {
        return read(executable, new Key(organizationId, briefId), () -> {
            Brief brief = briefs.find(Caller.system(organizationId), briefId).orElseThrow();
            byte[] bytes = brief.compiledPayload();
            JsonNode compiled = json.readTree(bytes);
            return new ExecutableBrief(
                    brief.ordinal(),
                    bytes.length,
                    compiled.path("target"),
                    Target.of(compiled).trace());
        });
    }

    /** The size of a prompt pack's document. */
    int packSize(String organizationId, String packId) {
        return read(packSizes, new Key(organizationId, packId), () -> packs.find(Caller.system(organizationId), packId)
                .orElseThrow()
                .prompts()
                .length);
    }

    /** What a run of a brief with a pack executes; both were read within reach. */
    ObjectNode payload(RunnableBrief brief) {
        String organization = brief.organizationId();
        RunnableBrief.Pack pack = brief.pack();
        return read(payloads, new Key(organization, pack.id()), () -> {
            Caller system = Caller.system(organization);
            return ExecutionPayload.render(
                    json.readTree(briefs.find(system, brief.id()).orElseThrow().compiledPayload()),
                    new DocumentReferences(brief.id(), brief.digest(), pack.id(), pack.digest()),
                    json.readTree(packs.find(system, pack.id()).orElseThrow().prompts()));
        });
    }

    private static <T> T read(Cache<Key, T> kept, Key key, Supplier<T> reading) {
        T found = kept.getIfPresent(key);
        if (found != null) {
            return found;
        }
        T read = reading.get();
        boolean isMissing = read instanceof Collection<?> many && many.isEmpty();
        if (!isMissing) {
            kept.put(key, read);
        }
        return read;
    }

    private static <T> Cache<Key, T> bounded(ToLongFunction<T> bytes) {
        return Caffeine.newBuilder()
                .maximumWeight(MOST_BYTES)
                .weigher((Key key, T value) ->
                        (int) Math.min(Integer.MAX_VALUE, BYTES_OF_AN_ENTRY + bytes.applyAsLong(value)))
                .build();
    }

    private static <T> long sum(List<T> all, ToLongFunction<T> bytes) {
        return all.stream()
                .mapToLong(one -> BYTES_OF_AN_ENTRY + bytes.applyAsLong(one))
                .sum();
    }
}
