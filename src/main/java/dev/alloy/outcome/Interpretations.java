package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.account.Facts;
import dev.alloy.account.RunAccount;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.contract.foundry.Redaction;
import dev.alloy.database.DatabaseClock;
import dev.alloy.outcome.Interpretation.EvidenceLine;
import dev.alloy.outcome.Interpretation.Threats;
import dev.alloy.outcome.Interpretation.Why;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts a run's report for people together. */
@Service
@Transactional(readOnly = true)
public class Interpretations {

    private static final int LONGEST = 1_000;

    private final Runs runs;
    private final Briefs briefs;
    private final Approvals approvals;
    private final Accounts accounts;
    private final Evidence evidence;
    private final DatabaseClock clock;
    private final JsonMapper json;

    Interpretations(
            Runs runs,
            Briefs briefs,
            Approvals approvals,
            Accounts accounts,
            Evidence evidence,
            DatabaseClock clock,
            JsonMapper json) {
        this.runs = runs;
        this.briefs = briefs;
        this.approvals = approvals;
        this.accounts = accounts;
        this.evidence = evidence;
        this.clock = clock;
        this.json = json;
    }

    /**
     * What a report is made of.
     *
     * @param compiled the brief's row
     * @param brief the compiled brief, {@code alloy.formation_brief.v1}
     * @param account what can be said of the run; the newest
     * @param approvedBy null if not approved yet
     */
    record ReportInputs(
            RunRequest run,
            Brief compiled,
            JsonNode brief,
            RunAccount account,
            Evidence.Answer evidence,
            @Nullable String approvedBy,
            LocalDate today) {

        String path() {
            return "/api/run-requests/" + run.id();
        }

        /** Path of the result; of the run where there is none. */
        String result() {
            return account.fact(Facts.RESULT)
                    .map(fact -> "/api/run-results/" + fact.value().path("id").asString(""))
                    .orElse(path());
        }

        @Nullable
        String claimedStatus() {
            return account.fact(Facts.RESULT)
                    .map(fact -> fact.value().path("claimed_status").asString(""))
                    .orElse(null);
        }
    }

    /** The report of a run within the caller's reach, at any time of its life. */
    public Interpretation of(Caller caller, String runId) {
        RunRequest run = runs.get(caller, runId);
        ReportInputs material = material(caller, run);
        RunAccount account = material.account();
        return new Interpretation(
                run.id(),
                RunNarrative.headline(material),
                run.status().wireName(),
                material.claimedStatus(),
                account.simulated(),
                RunNarrative.standing(material),
                AuditAnswers.exactSnapshot(run, material.compiled(), account).verdict(),
                why(material),
                RunNarrative.sentences(material),
                account.fact(Facts.RESULT).isPresent() ? account.derived() : null,
                material.evidence().items().stream().map(Interpretations::line).toList(),
                material.evidence().totals(),
                CapabilityStandings.of(
                        material.brief().path("protected_capabilities"),
                        material.evidence().items(),
                        account),
                new Threats(
                        texts(material.brief().path("threats_to_watch")), Facts.texts(account, Facts.THREATS_OBSERVED)),
                ActionItems.of(material),
                Facts.texts(account, Facts.FOLLOW_UP_QUESTIONS),
                sources(material));
    }

    private ReportInputs material(Caller caller, RunRequest run) {
        Brief brief = briefs.get(caller, run.formationBriefId());
        RunAccount account = accounts.of(run);
        return new ReportInputs(
                run,
                brief,
                json.readTree(brief.compiledPayload()),
                account,
                evidence.of(caller, run, account),
                run.approvalId() == null
                        ? null
                        : approvals.get(caller, run.approvalId()).approvedBy(),
                clock.now().atOffset(ZoneOffset.UTC).toLocalDate());
    }

    private static Why why(ReportInputs material) {
        JsonNode brief = material.brief();
        Map<String, List<String>> refs = new LinkedHashMap<>();
        brief.path("intent_refs").properties().forEach(member -> refs.put(member.getKey(), texts(member.getValue())));
        return new Why(
                brief.path("mission").path("objective").asString(""),
                refs,
                material.run().requestedBy(),
                material.approvedBy());
    }

    private static EvidenceLine line(Evidence.Item item) {
        return new EvidenceLine(
                item.definition().key(),
                item.definition().statement(),
                item.definition().required(),
                item.status(),
                item.because(),
                item.witness(),
                item.simulatedStatus(),
                item.definition().capabilityIds());
    }

    private static Map<String, String> sources(ReportInputs material) {
        RunRequest run = material.run();
        Map<String, String> sources = new LinkedHashMap<>();
        sources.put("run_request", material.path());
        sources.put("formation_brief", "/api/formation-briefs/" + run.formationBriefId());
        if (run.approvalId() != null) {
            sources.put("approval", "/api/approvals/" + run.approvalId());
        }
        if (material.account().fact(Facts.RESULT).isPresent()) {
            sources.put("result", material.result());
        }
        Facts.texts(material.account(), Facts.TRACE).stream()
                .findFirst()
                .ifPresent(trace -> sources.put("trace", "/api/trace-imports/" + trace));
        if (run.status().isTerminal()) {
            sources.put("account", material.path() + "/account");
        }
        sources.put("evidence", material.path() + "/evidence");
        sources.put("audit", material.path() + "/audit");
        return sources;
    }

    /** Texts of others, fit to be shown. */
    static List<String> texts(JsonNode list) {
        return list.valueStream()
                .filter(JsonNode::isString)
                .map(text -> Redaction.text(text.stringValue(), LONGEST))
                .toList();
    }
}
