package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.outcome.EvidenceObservation.Seen;
import dev.alloy.outcome.ReportedResult.Gate;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.RunRequest;
import dev.alloy.trace.JudgedTrace;
import dev.alloy.trace.Traces;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns what a run reported into observations, and observations into the status of each evidence item. */
@Service
@Transactional(readOnly = true)
public class Evidence {

    /** Whom a runner may speak for. */
    private static final Set<String> MACHINES = Set.of("foundry", "runner");

    private final EvidenceObservationRepository observations;
    private final RunResultRepository results;
    private final Waivers waivers;
    private final Traces traces;
    private final Briefs briefs;
    private final DatabaseClock clock;
    private final JsonMapper json;

    Evidence(
            EvidenceObservationRepository observations,
            RunResultRepository results,
            Waivers waivers,
            Traces traces,
            Briefs briefs,
            DatabaseClock clock,
            JsonMapper json) {
        this.observations = observations;
        this.results = results;
        this.waivers = waivers;
        this.traces = traces;
        this.briefs = briefs;
        this.clock = clock;
        this.json = json;
    }

    /** Refuses with {@code unknown-reference} a result whose observations speak of definitions that its brief does not have. */
    @Transactional(readOnly = true, noRollbackFor = ProblemException.class)
    void refuseUnknown(RunRequest run, ReportedResult result) {
        JsonNode said = result.member("evidence_observations");
        if (said.isEmpty()) {
            return;
        }
        List<EvidenceDefinition> known = briefs.evidenceOf(Caller.system(run.organizationId()), run.formationBriefId());
        for (int i = 0; i < said.size(); i++) {
            if (named(known, said.path(i).path("evidence_definition_id").asString())
                    .isEmpty()) {
                throw ProblemType.UNKNOWN_REFERENCE
                        .because("An observation speaks of evidence that the run's brief does not define.")
                        .at(
                                "/evidence_observations/" + i + "/evidence_definition_id",
                                "unknown-reference",
                                "The run's brief has no evidence definition of this id or key.");
            }
        }
    }

    /** The definition that is meant: by its id, or by its key within the brief, which is all that a runner sees of it. */
    static Optional<EvidenceDefinition> named(List<EvidenceDefinition> definitions, String idOrKey) {
        return definitions.stream()
                .filter(definition -> definition.id().equals(idOrKey))
                .findFirst()
                .or(() -> definitions.stream()
                        .filter(definition -> definition.key().equals(idOrKey))
                        .findFirst());
    }

    /** Stores what a result says of the brief's evidence definitions: by their gates, and in its own observations. */
    @Transactional
    void observe(RunRequest run, ReportedResult result, GateOutcomes outcomes) {
        Instant now = clock.now();
        List<EvidenceDefinition> definitions =
                briefs.evidenceOf(Caller.system(run.organizationId()), run.formationBriefId());
        List<Seen> seen = new ArrayList<>();
        for (EvidenceDefinition definition : definitions) {
            byGate(definition, result, outcomes).ifPresent(seen::add);
        }
        for (JsonNode observation : result.member("evidence_observations")) {
            named(definitions, observation.path("evidence_definition_id").asString())
                    .map(definition -> byRunner(definition, observation, result.completedAt()))
                    .ifPresent(seen::add);
        }
        seen.forEach(one -> observations.add(new EvidenceObservation(Ids.next("obs"), run, one, now)));
    }

    /** A gate that was skipped or is not there says nothing, and nothing is stored for it. */
    private static Optional<Seen> byGate(EvidenceDefinition definition, ReportedResult result, GateOutcomes outcomes) {
        String gate = definition.gate();
        if (gate == null) {
            return Optional.empty();
        }
        return outcomes.of(gate)
                .filter(Gate::spoke)
                .map(outcome -> new Seen(
                        definition.id(),
                        outcome.passed() ? "satisfied" : "not_satisfied",
                        "foundry",
                        supportedBy(result.optional("trace_id")),
                        "Gate " + gate + " (" + outcome.phase() + "): " + outcome.status() + ".",
                        result.completedAt()));
    }

    private static String supportedBy(@Nullable String traceId) {
        return traceId == null ? "[]" : "[\"trace://" + traceId + "\"]";
    }

    private static Seen byRunner(EvidenceDefinition definition, JsonNode observation, Instant completedAt) {
        String observer = observation.path("observed_by").asString("runner");
        JsonNode artifacts = observation.path("supporting_artifacts");
        return new Seen(
                definition.id(),
                observation.path("status").asString(),
                MACHINES.contains(observer) ? observer : "runner",
                artifacts.isArray() ? artifacts.toString() : "[]",
                observation.path("notes").asStringOpt().orElse(null),
                observation
                        .path("observed_at")
                        .asStringOpt()
                        .flatMap(ReportedResult::instant)
                        .orElse(completedAt));
    }

    /**
     * One evidence definition as it stands for a run.
     *
     * @param status {@code proposed}, {@code required}, {@code passing}, {@code failing}, {@code waived}, {@code
     *     obsolete} or {@code unknown}
     * @param because why it has that status
     * @param observations what was said of it, also beneath a waiver
     * @param waiver the one that holds; null for none
     */
    public record Item(
            EvidenceDefinition definition,
            String status,
            String because,
            List<EvidenceObservation> observations,
            @Nullable EvidenceWaiver waiver) {}

    /** How many required definitions are in which status. */
    public record Totals(long required, long passing, long failing, long unknown, long waived) {}

    /** All of a run's evidence. */
    public record Answer(List<Item> items, Totals totals) {

        /** Of a brief that asks for none. */
        static final Answer NONE = new Answer(List.of(), new Totals(0, 0, 0, 0, 0));
    }

    /** Where each evidence definition of a run stands. Silence is unknown. */
    public Answer of(Caller caller, RunRequest run) {
        return Objects.requireNonNull(of(caller, List.of(run)).get(run.id()));
    }

    /** The same for several runs, by their ids; asks as often as for one. */
    public Map<String, Answer> of(Caller caller, List<RunRequest> runs) {
        if (runs.isEmpty()) {
            return Map.of();
        }
        Map<String, ?> ofRuns = Map.of(
                "runRequestId", new Filter.In(runs.stream().map(RunRequest::id).toList()));
        Set<String> briefIds = runs.stream().map(RunRequest::formationBriefId).collect(Collectors.toSet());
        Map<String, List<EvidenceObservation>> seen = observations.all(caller, ofRuns).stream()
                .collect(Collectors.groupingBy(EvidenceObservation::runRequestId));
        Map<String, RunResult> reported = results.all(caller, ofRuns).stream()
                .collect(Collectors.toMap(RunResult::runRequestId, Function.identity()));
        Map<String, List<EvidenceDefinition>> definitions = briefs.evidenceOf(caller, briefIds);
        Map<String, EvidenceWaiver> holding = waivers.holding(caller, briefIds);
        Map<String, List<JudgedTrace>> believed = believed(runs, definitions);
        Set<String> outOfUse = briefs.outOfUse(caller, briefIds);
        return runs.stream()
                .collect(Collectors.toMap(
                        RunRequest::id,
                        run -> answer(
                                run,
                                stage(run, outOfUse),
                                definitions.getOrDefault(run.formationBriefId(), List.of()),
                                new GateOutcomes(gates(reported.get(run.id())), run.entryEvent()),
                                believed.getOrDefault(run.id(), List.of()),
                                seen.getOrDefault(run.id(), List.of()),
                                holding)));
    }

    private static EvidenceStatus.Stage stage(RunRequest run, Set<String> outOfUse) {
        if (run.status().isTerminal()) {
            return EvidenceStatus.Stage.ENDED;
        }
        return outOfUse.contains(run.formationBriefId())
                ? EvidenceStatus.Stage.OUT_OF_USE
                : EvidenceStatus.Stage.UNDER_WAY;
    }

    /** Traces are looked for only where evidence asks for one. */
    private Map<String, List<JudgedTrace>> believed(
            List<RunRequest> runs, Map<String, List<EvidenceDefinition>> definitions) {
        Map<String, List<RunRequest>> asking = runs.stream()
                .filter(run -> definitions.getOrDefault(run.formationBriefId(), List.of()).stream()
                        .anyMatch(definition -> definition.kind().equals("trace")))
                .collect(Collectors.groupingBy(RunRequest::organizationId));
        Map<String, List<JudgedTrace>> found = new HashMap<>();
        asking.forEach((organization, of) -> found.putAll(traces.believed(organization, of)));
        return found;
    }

    private Answer answer(
            RunRequest run,
            EvidenceStatus.Stage stage,
            List<EvidenceDefinition> definitions,
            GateOutcomes outcomes,
            List<JudgedTrace> believed,
            List<EvidenceObservation> seen,
            Map<String, EvidenceWaiver> holding) {
        // A trace that is silent takes back nothing that an earlier one said.
        TraceWord word = believed.stream()
                .flatMap(trace -> TraceWord.of(trace, run.entryEvent()).stream())
                .findFirst()
                .orElse(null);
        Map<String, List<EvidenceObservation>> byDefinition =
                seen.stream().collect(Collectors.groupingBy(EvidenceObservation::evidenceDefinitionId));
        List<Item> items = definitions.stream()
                .map(definition -> item(
                        definition,
                        stage,
                        outcomes,
                        word,
                        byDefinition.getOrDefault(definition.id(), List.of()),
                        holding.get(definition.id())))
                .toList();
        return new Answer(items, totals(items));
    }

    private List<Gate> gates(@Nullable RunResult result) {
        return result == null ? List.of() : Gate.all(json.readTree(result.gateResults()));
    }

    private static Item item(
            EvidenceDefinition definition,
            EvidenceStatus.Stage stage,
            GateOutcomes outcomes,
            @Nullable TraceWord trace,
            List<EvidenceObservation> seen,
            @Nullable EvidenceWaiver waiver) {
        EvidenceStatus found = EvidenceStatus.of(definition, stage, outcomes, trace, seen);
        EvidenceStatus status = waiver == null ? found : found.waived(waiver);
        return new Item(definition, status.name(), status.because(), seen, waiver);
    }

    private static Totals totals(List<Item> items) {
        List<Item> required =
                items.stream().filter(item -> item.definition().required()).toList();
        return new Totals(
                required.size(),
                count(required, "passing"),
                count(required, "failing"),
                count(required, "unknown"),
                count(required, "waived"));
    }

    private static long count(List<Item> items, String status) {
        return items.stream().filter(item -> item.status().equals(status)).count();
    }
}
