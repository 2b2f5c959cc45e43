package dev.alloy.account;

import dev.alloy.account.Fact.Contradiction;
import dev.alloy.contract.Revisions;
import dev.alloy.contract.foundry.Redaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lists the facts known about a run, each with its witness and those that contradict it. Texts of others are redacted
 * and lists are bounded: what was cut off is counted in a fact of its own. Pure. Source: witnesses.md, “The account”.
 */
public final class Facts {

    /** The result that was taken: {@code {id, digest, claimed_status}}. */
    public static final String RESULT = "result";

    /** Ids of the traces that are believed, the newest first. */
    public static final String TRACE = "trace";

    /** The first few traces that were sent under the run's name and are not its own: {@code [{id, because}]}. */
    public static final String DISBELIEVED_TRACES = "disbelieved_traces";

    public static final String FOUNDRY_RUN_ID = "foundry_run_id";
    public static final String REVISION_BEFORE = "revision_before";
    public static final String REVISION_AFTER = "revision_after";
    public static final String BRANCH_AFTER = "branch_after";
    public static final String TREE_AFTER = "tree_after";
    public static final String CLEAN_AFTER = "clean_after";
    public static final String COMMITS = "commits";
    public static final String FILES_CHANGED = "files_changed";
    public static final String PUSHED = "pushed";
    public static final String MUTATORS_EXECUTED = "mutators_executed";
    public static final String MUTATORS_SIMULATED = "mutators_simulated";
    public static final String SAID_PRESERVED = "said_preserved";
    public static final String SAID_AT_RISK = "said_at_risk";
    public static final String THREATS_OBSERVED = "threats_observed";
    public static final String FOLLOW_UP_QUESTIONS = "follow_up_questions";
    public static final String STASH = "stash";
    public static final String MANUAL = "manual";
    public static final String BRANCH_KEPT = "branch_kept";
    public static final String CANCELLED_TOO_LATE = "cancelled_too_late";
    public static final String RETRY_COUNT = "retry_count";
    public static final String ROOT_EVENT = "root_event";
    public static final String BLOCKS = "blocks";
    public static final String COMPLETED_AT = "completed_at";

    /** The commit that this run left on its branch; only where nothing speaks against it. */
    public static final String OWN_COMMIT = "own_commit";

    /** What the deciding gates saw: {@code {commit}} or {@code {tree, state}}; only where that is known. */
    public static final String GATES_SAW = "gates_saw";

    private static final int ITEMS = 1_000;
    private static final int TEXT = 1_000;

    private final Map<String, Fact> facts = new LinkedHashMap<>();

    private Facts() {}

    /** All facts, in a fixed order. */
    static List<Fact> of(
            AccountInputs material, WorkingCopyFacts copy, List<TracedRun> traces, @Nullable Instant completedAt) {
        Facts all = new Facts();
        AccountInputs.Reported reported = material.result();
        if (reported != null) {
            all.ofResult(reported, copy);
        }
        all.ofWorkingCopy(copy);
        all.ofTraces(traces, copy);
        all.ofDisbelieved(material.disbelieved());
        all.text(STASH, material.left().stash(), Witness.REPORT);
        all.text(BRANCH_KEPT, material.left().branch(), Witness.REPORT);
        if (reported != null) {
            all.ofSummary(reported, completedAt);
        }
        return List.copyOf(all.facts.values());
    }

    private void ofResult(AccountInputs.Reported reported, WorkingCopyFacts copy) {
        ReportedResult result = reported.result();
        Witness witness = reported.witness();
        put(
                RESULT,
                object().put("id", reported.id())
                        .put("digest", reported.digest())
                        .put("claimed_status", result.text("status")),
                witness);
        text(FOUNDRY_RUN_ID, result.optional("foundry_run_id"), witness);
        revision(REVISION_BEFORE, copy.before(), copy.observed().headBefore(), result, "repo_revision_before", witness);
        revision(REVISION_AFTER, copy.after(), copy.observed().headAfter(), result, "repo_revision_after", witness);
    }

    private void revision(
            String fact,
            @Nullable String value,
            @Nullable String observed,
            ReportedResult result,
            String member,
            Witness reporter) {
        if (value == null) {
            return;
        }
        String told = result.optional(member);
        boolean differs = observed != null && told != null && !Revisions.areOne(observed, told);
        put(
                fact,
                string(value),
                observed == null ? reporter : Witness.OBSERVED,
                differs ? List.of(new Contradiction(string(String.valueOf(told)), reporter)) : List.of());
    }

    private void ofWorkingCopy(WorkingCopyFacts copy) {
        RunnerObservations observed = copy.observed();
        text("branch_before", observed.branchBefore(), Witness.OBSERVED);
        text(BRANCH_AFTER, observed.branchAfter(), Witness.OBSERVED);
        text("tree_before", observed.treeBefore(), Witness.OBSERVED);
        text(TREE_AFTER, observed.treeAfter(), Witness.OBSERVED);
        flag("clean_before", observed.cleanBefore(), Witness.OBSERVED);
        flag(CLEAN_AFTER, observed.cleanAfter(), Witness.OBSERVED);
    }

    private void ofTraces(List<TracedRun> traces, WorkingCopyFacts copy) {
        if (traces.isEmpty()) {
            return;
        }
        TracedRun best = traces.stream()
                .min((one, other) -> one.witness().compareTo(other.witness()))
                .orElseThrow();
        ArrayNode ids = JsonNodeFactory.instance.arrayNode();
        traces.forEach(trace -> ids.add(trace.trace().id()));
        put(TRACE, ids, best.witness());
        text(
                ROOT_EVENT,
                best.member("correlation").path("foundry_run_id").asStringOpt().orElse(null),
                best.witness());
        put(
                BLOCKS,
                object().put("executed", best.member("blocks_executed").size())
                        .put("skipped", best.member("blocks_skipped").size())
                        .put("simulated", best.mutatorsSimulated().size())
                        .put("retries", best.member("retry_requests").asInt(0)),
                best.witness());
        list(MUTATORS_EXECUTED, best.mutatorsExecuted(), best.witness());
        list(MUTATORS_SIMULATED, best.mutatorsSimulated(), best.witness());
        if (Boolean.FALSE.equals(copy.headMoved()) && best.commits()) {
            put(
                    COMMITS,
                    JsonNodeFactory.instance.arrayNode(),
                    copy.readBy(),
                    List.of(new Contradiction(bounded(best.member("commits")), best.witness())));
        }
        if (best.pushed().isBoolean()) {
            put(PUSHED, best.pushed(), best.witness());
        }
    }

    private void ofDisbelieved(List<AccountInputs.DisbelievedTrace> disbelieved) {
        if (disbelieved.isEmpty()) {
            return;
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        disbelieved.forEach(trace ->
                list.add(object().put("id", trace.id()).put("because", Redaction.text(trace.because(), TEXT))));
        put(
                DISBELIEVED_TRACES,
                list,
                disbelieved.stream()
                        .map(AccountInputs.DisbelievedTrace::witness)
                        .min(Witness::compareTo)
                        .orElseThrow());
    }

    private void ofSummary(AccountInputs.Reported reported, @Nullable Instant completedAt) {
        ReportedResult result = reported.result();
        Witness witness = reported.witness();
        JsonNode changes = result.changes();
        list(COMMITS, changes.path("commits"), witness);
        list(FILES_CHANGED, changes.path("files_changed"), witness);
        list(MUTATORS_EXECUTED, changes.path("mutators_executed"), witness);
        list(MUTATORS_SIMULATED, changes.path("mutators_simulated"), witness);
        if (changes.path("pushed").isBoolean()) {
            put(PUSHED, changes.path("pushed"), witness);
        }
        list(SAID_PRESERVED, result.summary().path("capabilities_preserved"), witness);
        list(SAID_AT_RISK, result.summary().path("capabilities_at_risk"), witness);
        list(THREATS_OBSERVED, result.summary().path("threats_observed"), witness);
        list(FOLLOW_UP_QUESTIONS, result.summary().path("follow_up_questions"), witness);
        text(STASH, result.optional("stash"), witness);
        if (result.isManual()) {
            flag(MANUAL, true, witness);
        }
        put(RETRY_COUNT, JsonNodeFactory.instance.numberNode(result.retryCount()), witness);
        if (completedAt != null) {
            text(COMPLETED_AT, completedAt.toString(), witness);
        }
    }

    /** Adds a fact that the account itself came to. */
    static Fact concluded(String name, JsonNode value, Witness witness) {
        return new Fact(name, value, witness, List.of());
    }

    private void text(String name, @Nullable String value, Witness witness) {
        if (value != null) {
            put(name, string(value), witness);
        }
    }

    private void flag(String name, @Nullable Boolean value, Witness witness) {
        if (value != null) {
            put(name, JsonNodeFactory.instance.booleanNode(value), witness);
        }
    }

    private void list(String name, JsonNode list, Witness witness) {
        if (list.isArray()) {
            put(name, bounded(list), witness);
            if (list.size() > ITEMS) {
                put(name + "_left_out", JsonNodeFactory.instance.numberNode(list.size() - ITEMS), witness);
            }
        }
    }

    private void put(String name, JsonNode value, Witness witness) {
        put(name, value, witness, List.of());
    }

    /** The strongest witness tells a fact, of equal ones the first; those that say otherwise contradict it. */
    private void put(String name, JsonNode value, Witness witness, List<Contradiction> contradictions) {
        Fact told = facts.get(name);
        if (told == null) {
            facts.put(name, new Fact(name, value, witness, contradictions));
        } else if (witness.isStrongerThan(told.witness())) {
            List<Contradiction> all = new ArrayList<>(contradictions);
            if (!same(told.value(), value)) {
                all.add(new Contradiction(told.value(), told.witness()));
            }
            told.contradictedBy().stream()
                    .filter(other -> !same(other.value(), value))
                    .forEach(all::add);
            facts.put(name, new Fact(name, value, witness, all));
        } else if (!same(told.value(), value)) {
            List<Contradiction> more = new ArrayList<>(told.contradictedBy());
            more.add(new Contradiction(value, witness));
            facts.put(name, new Fact(name, told.value(), told.witness(), more));
        }
    }

    /** Lists are compared as sets. */
    private static boolean same(JsonNode one, JsonNode other) {
        return one.isArray() && other.isArray()
                ? Set.copyOf(one.valueStream().toList())
                        .equals(Set.copyOf(other.valueStream().toList()))
                : one.equals(other);
    }

    private static ArrayNode bounded(JsonNode list) {
        ArrayNode bounded = JsonNodeFactory.instance.arrayNode();
        list.valueStream().limit(ITEMS).forEach(item -> bounded.add(Redaction.document(item, TEXT)));
        return bounded;
    }

    private static JsonNode string(String value) {
        return JsonNodeFactory.instance.stringNode(Redaction.text(value, TEXT));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The texts of a fact that is a list; empty where it is not known. */
    public static List<String> texts(RunAccount account, String name) {
        return account.fact(name).stream()
                .flatMap(fact -> fact.value().valueStream())
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .toList();
    }

    /** A fact that is a text; empty where it is not known. */
    public static Optional<String> text(RunAccount account, String name) {
        return account.fact(name).map(Fact::value).flatMap(JsonNode::asStringOpt);
    }
}
