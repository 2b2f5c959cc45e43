package dev.alloy.attestation;

import dev.alloy.account.Fact;
import dev.alloy.account.Facts;
import dev.alloy.account.RunAccount;
import dev.alloy.outcome.Evidence;
import dev.alloy.run.RunRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the statements about a run: SLSA provenance, test result and evidence summary. The same facts make the same
 * statements. Pure.
 */
final class RunStatements {

    private static final String BUILD_TYPE = "urn:alloy:build-type:foundry-run:v1";
    private static final Pattern COMPLETE = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    private final JsonMapper json;

    RunStatements(JsonMapper json) {
        this.json = json;
    }

    /** How the run came about, as SLSA provenance, version 1. */
    private Statement provenance(RunFacts facts) {
        RunRequest run = facts.run();
        Statement statement = about(facts, new Statement(Statement.PROVENANCE));
        ObjectNode definition = statement.predicate().putObject("buildDefinition");
        definition.put("buildType", BUILD_TYPE);
        ObjectNode external = definition.putObject("externalParameters");
        external.put("project_id", run.projectId());
        external.put("formation_brief_id", run.formationBriefId());
        external.put("entry_event", run.entryEvent());
        external.put("throttle", run.throttle());
        external.set("payload", json.readTree(run.payload()));
        external.put("repo_path", run.repoPath());
        external.put("branch", run.branch());
        external.put("requested_by", run.requestedBy());
        external.put("idempotency_key", run.idempotencyKey());
        ObjectNode internal = definition.putObject("internalParameters");
        internal.put("installation_id", run.installationId());
        internal.put("runner_id", run.runnerId());
        internal.put("attempt", run.attempts());
        internal.put("approval_id", run.approvalId());
        internal.put("compiler_version", facts.brief().compilerVersion());
        dependencies(facts, definition.putArray("resolvedDependencies"));
        details(facts, statement.predicate().putObject("runDetails"));
        return statement;
    }

    /**
     * The subjects: the commit that the run left on its branch, where it is known whole, and the result that tells of
     * it; else the brief.
     */
    private static Statement about(RunFacts facts, Statement statement) {
        Facts.text(facts.account(), Facts.OWN_COMMIT)
                .filter(commit -> COMPLETE.matcher(commit).matches())
                .ifPresent(commit -> statement.aboutCommit(facts.run().repoPath(), commit));
        return aboutResult(facts, statement);
    }

    private static Statement aboutResult(RunFacts facts, Statement statement) {
        Optional<JsonNode> result = result(facts);
        return result.isPresent()
                ? statement.about(
                        "run-results/" + result.get().path("id").asString(),
                        result.get().path("digest").asString())
                : statement.about(
                        "formation-briefs/" + facts.brief().id(), facts.run().briefDigest());
    }

    private static Optional<JsonNode> result(RunFacts facts) {
        return facts.account().fact(Facts.RESULT).map(Fact::value);
    }

    /** What the gates saw, where that is known; and the result that tells of it. */
    private static Statement aboutGates(RunFacts facts, Statement statement) {
        JsonNode saw = facts.account().fact(Facts.GATES_SAW).map(Fact::value).orElse(MissingNode.getInstance());
        String commit = saw.path("commit").asString("");
        String tree = saw.path("tree").asString("");
        if (COMPLETE.matcher(commit).matches()) {
            statement.aboutCommit(facts.run().repoPath(), commit);
        } else if (COMPLETE.matcher(tree).matches()) {
            statement.aboutTree(facts.run().repoPath(), tree, saw.path("state").asString("uncommitted"));
        }
        return aboutResult(facts, statement);
    }

    private static void dependencies(RunFacts facts, ArrayNode dependencies) {
        RunRequest run = facts.run();
        dependencies.add(Statement.resource("urn:alloy:formation-brief:" + run.formationBriefId(), run.briefDigest()));
        dependencies.add(Statement.resource("urn:alloy:prompt-pack:" + run.promptPackId(), run.promptPackDigest()));
        facts.overlayDigests()
                .forEach(digest -> dependencies.add(Statement.resource("urn:alloy:gate-overlay", digest)));
        dependencies.add(Statement.resource(
                "urn:alloy:capability-manifest:" + run.installationId(),
                facts.brief().manifestDigest()));
        String before = Facts.text(facts.account(), Facts.REVISION_BEFORE).orElse(null);
        if (before != null) {
            ObjectNode repository = Statement.object().put("uri", "git+file://" + run.repoPath());
            if (COMPLETE.matcher(before).matches()) {
                repository.putObject("digest").put("gitCommit", before);
            } else {
                repository.putObject("annotations").put("abbreviated_commit", before);
            }
            dependencies.add(repository);
        }
    }

    private static void details(RunFacts facts, ObjectNode details) {
        RunRequest run = facts.run();
        ObjectNode builder = details.putObject("builder");
        builder.put("id", "urn:alloy:foundry-installation:" + run.installationId());
        if (facts.foundryVersion() != null) {
            builder.putObject("version").put("foundry", facts.foundryVersion());
        }
        ObjectNode metadata = details.putObject("metadata");
        metadata.put("invocationId", run.id());
        instant(metadata, "startedOn", run.startedAt());
        instant(metadata, "finishedOn", run.completedAt());
        ArrayNode byproducts = details.putArray("byproducts");
        result(facts)
                .ifPresent(result -> byproducts.add(Statement.resource(
                        "urn:alloy:run-result:" + result.path("id").asString(),
                        result.path("digest").asString())));
        List<String> believed = Facts.texts(facts.account(), Facts.TRACE);
        facts.traces().forEach(trace -> {
            ObjectNode told = Statement.resource("urn:alloy:trace-import:" + trace.id(), trace.digest());
            told.putObject("annotations").put("believed", believed.contains(trace.id()));
            byproducts.add(told);
        });
    }

    private static void instant(ObjectNode object, String member, @Nullable Instant instant) {
        if (instant != null) {
            object.put(member, instant.toString());
        }
    }

    /** How the run came about, where a commit of it is on its branch; else empty. */
    Optional<Statement> provenanceOfCommit(RunFacts facts) {
        return facts.account().fact(Facts.OWN_COMMIT).map(commit -> provenance(facts));
    }

    /** How the gates of the account ended, required as they were approved; empty where no approved gate ran. */
    Optional<Statement> gates(RunFacts facts) {
        RunAccount account = facts.account();
        if (account.gates().stream().noneMatch(gate -> gate.approved() && gate.ran())) {
            return Optional.empty();
        }
        Statement statement = aboutGates(facts, new Statement(Statement.TEST_RESULT));
        ObjectNode predicate = statement.predicate();
        ArrayNode configuration = Statement.object().putArray("configuration");
        facts.overlayDigests()
                .forEach(digest -> configuration.add(Statement.resource("urn:alloy:gate-overlay", digest)));
        predicate.put("result", verdict(account));
        predicate.set("configuration", configuration);
        tests(account, "passed", predicate.putArray("passedTests"));
        tests(account, "warned", predicate.putArray("warnedTests"));
        tests(account, "failed", predicate.putArray("failedTests"));
        predicate.put("run_request_id", facts.run().id());
        predicate.put("standing", account.standing());
        predicate.put("tree_seen", "after the gates, not during");
        return Optional.of(statement);
    }

    private static String verdict(RunAccount account) {
        if (account.gates().stream().anyMatch(gate -> gate.test().equals("failed"))) {
            return "FAILED";
        }
        boolean warned = account.found("gate-file-changed")
                || account.gates().stream().anyMatch(gate -> gate.test().equals("warned") && gate.ran());
        return warned ? "WARNED" : "PASSED";
    }

    private static void tests(RunAccount account, String outcome, ArrayNode target) {
        account.gates().stream()
                .filter(gate -> gate.test().equals(outcome))
                .forEach(gate -> target.add(gate.phase() + "/" + gate.name()));
    }

    /** What the run's evidence amounts to, and whether what was executed is what was approved; each named by its digest. */
    Statement evidence(RunFacts facts) {
        RunRequest run = facts.run();
        RunAccount account = facts.account();
        Statement statement = about(facts, new Statement(Statement.EVIDENCE));
        ObjectNode predicate = statement.predicate();
        predicate.put("run_request_id", run.id());
        predicate.put("organization_id", run.organizationId());
        predicate.put("status", run.status().wireName());
        predicate.put("account_status", account.status());
        predicate.put(
                "claimed_status",
                result(facts)
                        .map(result -> result.path("claimed_status").asString())
                        .orElse(null));
        predicate.put("simulated", account.simulated());
        predicate.put("standing", account.standing());
        predicate.set("derived", json.valueToTree(account.derived()));
        predicate.set("blocks_failed", json.valueToTree(account.blocksFailed()));
        predicate.set("findings", json.valueToTree(account.findings()));
        predicate.set("exact_snapshot", json.valueToTree(facts.exactSnapshot()));
        names(facts, predicate);
        ArrayNode items = predicate.putArray("evidence");
        facts.evidence().items().forEach(item -> items.add(item(item)));
        predicate.set("totals", json.valueToTree(facts.evidence().totals()));
        return statement;
    }

    /** Everything that the summary speaks of, by its digest. */
    private static void names(RunFacts facts, ObjectNode predicate) {
        RunRequest run = facts.run();
        predicate.set("brief", named(run.formationBriefId(), run.briefDigest()));
        predicate.set("prompt_pack", named(run.promptPackId(), run.promptPackDigest()));
        facts.overlayDigests().forEach(predicate.putArray("overlay_digests")::add);
        predicate.put("approved_revision", run.repoRevision());
        predicate.put(
                "revision_before",
                Facts.text(facts.account(), Facts.REVISION_BEFORE).orElse(null));
        predicate.put(
                "revision_after",
                Facts.text(facts.account(), Facts.REVISION_AFTER).orElse(null));
        predicate.set(
                "approval",
                run.approvalId() == null || facts.approvalDigest() == null
                        ? null
                        : named(run.approvalId(), facts.approvalDigest()));
        predicate.set(
                "result",
                result(facts)
                        .map(result -> named(
                                result.path("id").asString(),
                                result.path("digest").asString()))
                        .orElse(null));
        ObjectNode account = predicate.putObject("account");
        account.put("version", facts.account().version());
        account.put("rules", facts.account().rules());
        account.put("digest", facts.accountDigest());
    }

    private static ObjectNode named(String id, String digest) {
        return Statement.object().put("id", id).put("digest", digest);
    }

    private ObjectNode item(Evidence.Item item) {
        ObjectNode told = Statement.object();
        told.put("evidence_definition_id", item.definition().id());
        told.put("key", item.definition().key());
        told.put("statement", item.definition().statement());
        told.put("required", item.definition().required());
        told.set("capability_ids", json.valueToTree(item.definition().capabilityIds()));
        told.put("status", item.status());
        told.put("because", item.because());
        told.put("witness", item.witness().wire());
        told.put("simulated_status", item.simulatedStatus());
        told.put("waived_by", item.waiver() == null ? null : item.waiver().waivedBy());
        return told;
    }
}
