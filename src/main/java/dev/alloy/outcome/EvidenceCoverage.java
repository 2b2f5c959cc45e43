package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.access.Projects;
import dev.alloy.account.RunAccount;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.outcome.Interpretation.Capabilities;
import dev.alloy.outcome.Interpretation.Capability;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How well a project's capabilities are covered by evidence: run by run, and capability by capability over time. */
@Service
@Transactional(readOnly = true)
public class EvidenceCoverage {

    /** Each run's account is read. */
    private static final int LARGEST_PAGE = 50;

    private final Projects projects;
    private final Runs runs;
    private final Briefs briefs;
    private final Accounts accounts;
    private final Evidence evidence;
    private final JsonMapper json;

    EvidenceCoverage(
            Projects projects, Runs runs, Briefs briefs, Accounts accounts, Evidence evidence, JsonMapper json) {
        this.projects = projects;
        this.runs = runs;
        this.briefs = briefs;
        this.accounts = accounts;
        this.evidence = evidence;
        this.json = json;
    }

    /**
     * A capability after a run.
     *
     * @param standing {@code preserved}, {@code at_risk} or {@code unproven}
     */
    public record Standing(String capabilityId, String standing, String because) {}

    /** A run that has ended, with its evidence and what that says of each capability. */
    public record CoveredRun(
            String runRequestId,
            String formationBriefId,
            String status,
            Instant completedAt,
            Evidence.Totals totals,
            List<Standing> capabilities) {}

    /** How a capability stood after a run. */
    public record Moment(String runRequestId, Instant at, String standing) {}

    /**
     * A capability over the runs of the page.
     *
     * @param statement null for one that no brief of these runs knows
     * @param standing how it stood after the newest of them
     * @param history after each of them, the newest first
     */
    public record CapabilityCoverage(
            String capabilityId,
            @Nullable String statement,
            String standing,
            int preserved,
            int atRisk,
            int unproven,
            List<Moment> history) {}

    /** A page of runs, and the capabilities over them. */
    public record Coverage(Page<CoveredRun> runs, List<CapabilityCoverage> capabilities) {}

    /**
     * The coverage by runs of a project that have ended, newest first. Refused: {@code not-found}.
     *
     * @param since requested at or after; null for any time
     * @param capabilityId of this capability alone; null for all
     */
    public Coverage of(
            Caller caller, String projectId, PageQuery page, @Nullable Instant since, @Nullable String capabilityId) {
        projects.get(caller, projectId);
        Map<String, Object> filters = new HashMap<>();
        filters.put("projectId", projectId);
        filters.put("completedAt", new Filter.Present(true));
        filters.put("createdAt", since == null ? null : new Filter.Since(since));
        Page<RunRequest> ended = runs.list(caller, page.atMost(LARGEST_PAGE), filters);
        Map<String, RunAccount> ofRuns = ended.items().isEmpty()
                ? Map.of()
                : accounts.of(ended.items().get(0).organizationId(), ended.items());
        Map<String, Evidence.Answer> answers = evidence.ofEnded(caller, ended.items(), ofRuns);
        Map<String, JsonNode> protectedBy = new HashMap<>();
        Map<String, List<Moment>> histories = new LinkedHashMap<>();
        Map<String, String> statements = new HashMap<>();
        Page<CoveredRun> covered = ended.map(run -> {
            JsonNode known = protectedBy.computeIfAbsent(
                    run.formationBriefId(), id -> protectedCapabilities(briefs.get(caller, id)));
            Evidence.Answer answer = answers.getOrDefault(run.id(), Evidence.Answer.NONE);
            Capabilities capabilities =
                    CapabilityStandings.of(known, answer.items(), Objects.requireNonNull(ofRuns.get(run.id())));
            List<Standing> standings = standings(capabilities, capabilityId, statements);
            Instant at = run.completedAt() == null ? run.stateSince() : run.completedAt();
            standings.forEach(one -> histories
                    .computeIfAbsent(one.capabilityId(), id -> new ArrayList<>())
                    .add(new Moment(run.id(), at, one.standing())));
            return new CoveredRun(
                    run.id(), run.formationBriefId(), run.status().wireName(), at, answer.totals(), standings);
        });
        List<CapabilityCoverage> over = histories.entrySet().stream()
                .map(entry -> coverage(entry.getKey(), statements.get(entry.getKey()), entry.getValue()))
                .toList();
        return new Coverage(covered, over);
    }

    private JsonNode protectedCapabilities(Brief brief) {
        return json.readTree(brief.compiledPayload()).path("protected_capabilities");
    }

    private static List<Standing> standings(
            Capabilities capabilities, @Nullable String wanted, Map<String, String> statements) {
        List<Standing> standings = new ArrayList<>();
        add(capabilities.preserved(), "preserved", wanted, statements, standings);
        add(capabilities.atRisk(), "at_risk", wanted, statements, standings);
        add(capabilities.unproven(), "unproven", wanted, statements, standings);
        return standings;
    }

    private static void add(
            List<Capability> capabilities,
            String standing,
            @Nullable String wanted,
            Map<String, String> statements,
            List<Standing> target) {
        for (Capability capability : capabilities) {
            if (wanted == null || wanted.equals(capability.id())) {
                if (capability.statement() != null) {
                    statements.putIfAbsent(capability.id(), capability.statement());
                }
                target.add(new Standing(capability.id(), standing, capability.because()));
            }
        }
    }

    private static CapabilityCoverage coverage(String id, @Nullable String statement, List<Moment> history) {
        return new CapabilityCoverage(
                id,
                statement,
                history.get(0).standing(),
                count(history, "preserved"),
                count(history, "at_risk"),
                count(history, "unproven"),
                history);
    }

    private static int count(List<Moment> history, String standing) {
        return (int) history.stream()
                .filter(moment -> moment.standing().equals(standing))
                .count();
    }
}
