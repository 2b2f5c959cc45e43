package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.account.ReportedResult;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.contract.JsonDocument;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.outcome.EvidenceObservation.Seen;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.RunCompletion;
import dev.alloy.run.RunRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes what people and runners saw against evidence definitions, during a run and after it. Source: outcome.md, “Evidence”. */
@Service
@Transactional
public class Observations {

    /**
     * Clocks differ by some: what is ahead by less happened now. An observation from the future would stay the newest
     * until then.
     */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final EvidenceObservationRepository observations;
    private final RunCompletion reports;
    private final Accounts accounts;
    private final Briefs briefs;
    private final AuditLog audit;
    private final DatabaseClock clock;
    private final JsonMapper json;

    Observations(
            EvidenceObservationRepository observations,
            RunCompletion reports,
            Accounts accounts,
            Briefs briefs,
            AuditLog audit,
            DatabaseClock clock,
            JsonMapper json) {
        this.observations = observations;
        this.reports = reports;
        this.accounts = accounts;
        this.briefs = briefs;
        this.audit = audit;
        this.clock = clock;
        this.json = json;
    }

    /**
     * An observation as it is reported.
     *
     * @param evidenceDefinitionId of what: the id, or the key within the brief
     * @param runRequestId of which run, where the document says it; null where it does not
     * @param briefId of which brief, where the document says it; null where it does not
     * @param status {@code satisfied}, {@code partially_satisfied}, {@code not_satisfied} or {@code unknown}
     * @param supportingArtifacts URIs of what supports it
     * @param notes what the observer adds; null for nothing
     * @param observedAt when; null for now
     */
    public record Said(
            String evidenceDefinitionId,
            @Nullable String runRequestId,
            @Nullable String briefId,
            String status,
            List<String> supportingArtifacts,
            @Nullable String notes,
            @Nullable Instant observedAt) {

        /** What a document says that is valid against {@code alloy.evidence_observation.v1}. */
        public static Said of(JsonDocument document) {
            JsonNode said = document.tree();
            return new Said(
                    said.path("evidence_definition_id").asString(),
                    said.path("run_request_id").asStringOpt().orElse(null),
                    said.path("brief_id").asStringOpt().orElse(null),
                    said.path("status").asString(),
                    said.path("supporting_artifacts")
                            .valueStream()
                            .map(JsonNode::asString)
                            .toList(),
                    said.path("notes").asStringOpt().orElse(null),
                    said.path("observed_at")
                            .asStringOpt()
                            .map(text -> ReportedResult.instant(text)
                                    .orElseThrow(() -> Bodies.refusal(
                                            "/observed_at", "wrong-format", "This instant is not in the calendar.")))
                            .orElse(null));
        }
    }

    /**
     * Keeps an observation. Who observed is who calls: a person by name, or the runner whose run it is or was.
     *
     * <p>Refused: {@code not-found}, {@code authority-missing}, {@code unknown-reference} for another brief's
     * definition, {@code invalid-body} for another run, another brief or a time to come.
     */
    public EvidenceObservation observe(Caller caller, String runId, Said said) {
        RunRequest run = reports.concerning(caller, runId);
        refuseAnother(said.runRequestId(), run.id(), "/run_request_id", "another-run");
        refuseAnother(said.briefId(), run.formationBriefId(), "/brief_id", "another-brief");
        EvidenceDefinition definition = defined(run, said.evidenceDefinitionId());
        Instant now = clock.now();
        Instant observedAt = within(said.observedAt() == null ? now : said.observedAt(), run.createdAt(), now);
        if (observedAt.isAfter(now) || observedAt.isBefore(run.createdAt())) {
            throw Bodies.refusal(
                    "/observed_at",
                    "out-of-range",
                    "Something was observed between the run's request (" + run.createdAt() + ") and now.");
        }
        boolean isRunner = caller.kind() == Caller.Kind.RUNNER;
        Seen seen = new Seen(
                Ids.next("obs"),
                isRunner,
                definition.id(),
                said.status(),
                isRunner ? "runner" : caller.name(),
                json.writeValueAsString(said.supportingArtifacts()),
                said.notes(),
                observedAt);
        EvidenceObservation kept = new EvidenceObservation(run, seen, now);
        observations.add(kept);
        audit.append(AuditFact.of(
                        caller.actor(),
                        "evidence.observed",
                        run.organizationId(),
                        run.projectId(),
                        "run_request",
                        run.id())
                .with("evidence_definition_id", seen.evidenceDefinitionId())
                .with("observation_id", kept.id())
                .with("status", seen.status()));
        accounts.reconsider(run);
        return kept;
    }

    /** A clock that is off by a little means the edge of what is possible. */
    private static Instant within(Instant told, Instant requested, Instant now) {
        if (told.isAfter(now) && !told.isAfter(now.plus(TOLERANCE))) {
            return now;
        }
        return told.isBefore(requested) && !told.isBefore(requested.minus(TOLERANCE)) ? requested : told;
    }

    /** The id of the run that Foundry knows by this id. Refused: {@code not-found}, {@code ambiguous-foundry-run}. */
    public String runOfFoundry(Caller caller, String foundryRunId) {
        return reports.byFoundryRun(caller, foundryRunId).id();
    }

    private static void refuseAnother(@Nullable String named, String own, String pointer, String code) {
        if (named != null && !named.equals(own)) {
            throw Bodies.refusal(pointer, code, "The document and the path name different runs or evidence.");
        }
    }

    private EvidenceDefinition defined(RunRequest run, String idOrKey) {
        return Evidence.named(briefs.evidenceOf(run.organizationId(), run.formationBriefId()), idOrKey)
                .orElseThrow(() -> ProblemType.UNKNOWN_REFERENCE
                        .because("The run's brief does not define this evidence.")
                        .at(
                                "/evidence_definition_id",
                                "unknown-reference",
                                "The run's brief has no evidence definition of this id or key."));
    }
}
