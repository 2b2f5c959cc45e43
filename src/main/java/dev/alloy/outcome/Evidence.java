package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.account.Accounting;
import dev.alloy.account.ReportedResult;
import dev.alloy.account.RunAccount;
import dev.alloy.account.Witness;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.database.Ids;
import dev.alloy.outcome.EvidenceObservation.Seen;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.RunRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;

/** Stores observations, and shows the status of each evidence definition by the run's account. */
@Service
@Transactional(readOnly = true)
public class Evidence {

    private static final Map<String, String> SEEN = Map.of("passing", "satisfied", "failing", "not_satisfied");

    /** Whom a runner may speak for. */
    private static final Set<String> MACHINES = Set.of("foundry", "runner");

    private final EvidenceObservationRepository observations;
    private final Accounts accounts;
    private final Waivers waivers;
    private final Briefs briefs;

    Evidence(EvidenceObservationRepository observations, Accounts accounts, Waivers waivers, Briefs briefs) {
        this.observations = observations;
        this.accounts = accounts;
        this.waivers = waivers;
        this.briefs = briefs;
    }

    /** Refuses with {@code unknown-reference} a result whose observations speak of definitions that its brief does not have. */
    static void refuseUnknown(List<EvidenceDefinition> known, ReportedResult result) {
        JsonNode said = result.member("evidence_observations");
        for (int i = 0; i < said.size(); i++) {
            if (named(known, said.path(i).path("evidence_definition_id").asString())
                    .isEmpty()) {
                throw ProblemType.UNKNOWN_REFERENCE
                        .because("An observation names evidence that the run's brief does not define.")
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

    /** What a result itself says of the brief's evidence definitions, at times at which it can have been seen. */
    static List<Seen> said(
            List<EvidenceDefinition> definitions, ReportedResult result, @Nullable Instant started, Instant now) {
        List<Seen> seen = new ArrayList<>();
        for (JsonNode observation : result.member("evidence_observations")) {
            named(definitions, observation.path("evidence_definition_id").asString())
                    .map(definition -> byRunner(definition, observation, started, now))
                    .ifPresent(seen::add);
        }
        return seen;
    }

    /** What is stored of the evidence with a result: its own observations, and what the gates came to by the account. */
    static List<Seen> seen(
            List<EvidenceDefinition> definitions,
            ReportedResult result,
            RunAccount account,
            List<Seen> said,
            Instant now) {
        Stream<Seen> byGates =
                definitions.stream().flatMap(definition -> byGate(definition, result, account, now).stream());
        return Stream.concat(byGates, said.stream()).toList();
    }

    /** Nothing is stored for a gate that was not seen to run. */
    private static Optional<Seen> byGate(
            EvidenceDefinition definition, ReportedResult result, RunAccount account, Instant now) {
        String gate = definition.gate();
        if (gate == null) {
            return Optional.empty();
        }
        return account.gates().stream()
                .filter(line -> line.name().equals(gate) && line.ran())
                .findFirst()
                .map(line -> new Seen(
                        Ids.next("obs"),
                        true,
                        definition.id(),
                        SEEN.getOrDefault(line.status(), "unknown"),
                        "foundry",
                        supportedBy(result.optional("trace_id")),
                        "Gate " + gate + " (" + line.phase() + "): " + line.because(),
                        now));
    }

    private static String supportedBy(@Nullable String traceId) {
        return traceId == null ? "[]" : "[\"trace://" + traceId + "\"]";
    }

    private static Seen byRunner(
            EvidenceDefinition definition, JsonNode observation, @Nullable Instant started, Instant now) {
        String observer = observation.path("observed_by").asString("runner");
        JsonNode artifacts = observation.path("supporting_artifacts");
        return new Seen(
                Ids.next("obs"),
                true,
                definition.id(),
                observation.path("status").asString(),
                MACHINES.contains(observer) ? observer : "runner",
                artifacts.isArray() ? artifacts.toString() : "[]",
                observation.path("notes").asStringOpt().orElse(null),
                observation
                        .path("observed_at")
                        .asStringOpt()
                        .flatMap(ReportedResult::instant)
                        .filter(told -> Accounting.isPlausible(told, started, now) && !told.isAfter(now))
                        .orElse(now));
    }

    /**
     * One evidence definition as it stands for a run.
     *
     * @param status {@code proposed}, {@code required}, {@code passing}, {@code failing}, {@code waived}, {@code
     *     obsolete} or {@code unknown}
     * @param because why it has that status
     * @param witness the strongest witness of what was found, also beneath a waiver
     * @param simulatedStatus what a simulation said; null where nothing was simulated
     * @param observations what was said of it, also beneath a waiver
     * @param waiver the one that holds; null for none
     */
    public record Item(
            EvidenceDefinition definition,
            String status,
            String because,
            Witness witness,
            @Nullable String simulatedStatus,
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
        return of(caller, run, accounts.of(run));
    }

    /** The same by an account that was read already. */
    public Answer of(Caller caller, RunRequest run, RunAccount account) {
        List<EvidenceObservation> seen = observations.all(caller, Map.of("runRequestId", run.id()));
        return answer(
                account,
                briefs.evidenceOf(caller, run.formationBriefId()),
                seen.stream().collect(Collectors.groupingBy(EvidenceObservation::evidenceDefinitionId)),
                waivers.holding(caller, Set.of(run.formationBriefId())));
    }

    /**
     * How the required evidence of runs that have ended stands, by run; of those that have not, nothing. Asks as often
     * as for one.
     */
    public Map<String, Totals> totalsOf(List<RunRequest> runs) {
        Map<String, Totals> totals = new HashMap<>();
        runs.stream()
                .filter(run -> run.status().isTerminal())
                .collect(Collectors.groupingBy(RunRequest::organizationId))
                .forEach((organization, ended) -> ofEnded(
                                Caller.system(organization), ended, accounts.of(organization, ended))
                        .forEach((id, answer) -> totals.put(id, answer.totals())));
        return totals;
    }

    /** The same for several runs of one organization that have ended, without what was said of them; asks as often as for one. */
    Map<String, Answer> ofEnded(Caller caller, List<RunRequest> runs, Map<String, RunAccount> ofRuns) {
        if (runs.isEmpty()) {
            return Map.of();
        }
        Set<String> briefIds = runs.stream().map(RunRequest::formationBriefId).collect(Collectors.toSet());
        Map<String, List<EvidenceDefinition>> definitions = briefs.evidenceOf(caller, briefIds);
        Map<String, EvidenceWaiver> holding = waivers.holding(caller, briefIds);
        return runs.stream()
                .collect(Collectors.toMap(
                        RunRequest::id,
                        run -> answer(
                                Objects.requireNonNull(ofRuns.get(run.id())),
                                definitions.getOrDefault(run.formationBriefId(), List.of()),
                                Map.of(),
                                holding)));
    }

    private static Answer answer(
            RunAccount account,
            List<EvidenceDefinition> definitions,
            Map<String, List<EvidenceObservation>> seen,
            Map<String, EvidenceWaiver> holding) {
        List<Item> items = definitions.stream()
                .map(definition -> item(
                        definition,
                        account,
                        seen.getOrDefault(definition.id(), List.of()),
                        holding.get(definition.id())))
                .toList();
        return new Answer(items, totals(items));
    }

    private static Item item(
            EvidenceDefinition definition,
            RunAccount account,
            List<EvidenceObservation> seen,
            @Nullable EvidenceWaiver waiver) {
        dev.alloy.account.EvidenceStanding found = account.item(definition.key())
                .orElseGet(() -> new dev.alloy.account.EvidenceStanding(
                        definition.key(), "unknown", "The account does not say.", Witness.NONE, null));
        boolean waived = waiver != null && !found.status().equals("passing");
        String because = waiver != null && waived
                ? "Waived by " + waiver.waivedBy() + " until " + waiver.expiresAt() + "; without the waiver: "
                        + found.status() + ". " + found.because()
                : found.because();
        return new Item(
                definition,
                waived ? "waived" : found.status(),
                because,
                found.witness(),
                found.simulatedStatus(),
                seen,
                waiver);
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
