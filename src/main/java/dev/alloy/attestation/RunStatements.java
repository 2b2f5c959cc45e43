package dev.alloy.attestation;

import dev.alloy.outcome.Evidence;
import dev.alloy.outcome.RunResult;
import dev.alloy.run.RunRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says of a run how it came about (SLSA provenance), how its gates ended (test result), and what its evidence amounts to. The same facts
 * make the same statements. Pure.
 */
final class RunStatements {

    private static final String BUILD_TYPE = "urn:alloy:build-type:foundry-run:v1";
    private static final Pattern COMPLETE = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    private final JsonMapper json;

    RunStatements(JsonMapper json) {
        this.json = json;
    }

    /** How the run came about, as SLSA provenance, version 1. */
    Statement provenance(RunFacts facts) {
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

    /** The subjects: the commit that the run left, where it is known whole, and the result that tells of it; else the brief. */
    private static Statement about(RunFacts facts, Statement statement) {
        RunResult result = facts.result();
        if (result == null) {
            return statement.about(
                    "formation-briefs/" + facts.brief().id(), facts.run().briefDigest());
        }
        String after = result.repoRevisionAfter();
        if (after != null && COMPLETE.matcher(after).matches()) {
            statement.aboutCommit(facts.run().repoPath(), after);
        }
        return statement.about("run-results/" + result.id(), result.digest());
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
        RunResult result = facts.result();
        String before = result == null ? null : result.repoRevisionBefore();
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
        RunResult result = facts.result();
        if (result != null) {
            byproducts.add(Statement.resource("urn:alloy:run-result:" + result.id(), result.digest()));
        }
        facts.traces().forEach(trace -> {
            ObjectNode told = Statement.resource(
                    "urn:alloy:trace-import:" + trace.kept().id(), trace.kept().digest());
            told.putObject("annotations").put("believed", trace.believed());
            byproducts.add(told);
        });
    }

    private static void instant(ObjectNode object, String member, @Nullable Instant instant) {
        if (instant != null) {
            object.put(member, instant.toString());
        }
    }

    /** How the gates ended, as a test result; empty where no gate is told of. */
    Optional<Statement> gates(RunFacts facts) {
        RunResult result = facts.result();
        JsonNode gates = result == null ? json.createArrayNode() : json.readTree(result.gateResults());
        if (gates.isEmpty()) {
            return Optional.empty();
        }
        Statement statement = about(facts, new Statement(Statement.TEST_RESULT));
        ObjectNode predicate = statement.predicate();
        ArrayNode configuration = Statement.object().putArray("configuration");
        facts.overlayDigests()
                .forEach(digest -> configuration.add(Statement.resource("urn:alloy:gate-overlay", digest)));
        boolean failed = false;
        boolean warned = false;
        ArrayNode passedTests = Statement.object().putArray("passed");
        ArrayNode warnedTests = Statement.object().putArray("warned");
        ArrayNode failedTests = Statement.object().putArray("failed");
        for (JsonNode gate : gates) {
            String name =
                    gate.path("phase").asString("") + "/" + gate.path("name").asString("");
            boolean required = gate.path("required").booleanValue(false);
            switch (gate.path("status").asString("")) {
                case "passed" -> passedTests.add(name);
                case "skipped" -> {
                    warnedTests.add(name);
                    warned = true;
                }
                default -> {
                    (required ? failedTests : warnedTests).add(name);
                    failed |= required;
                    warned |= !required;
                }
            }
        }
        predicate.put("result", failed ? "FAILED" : warned ? "WARNED" : "PASSED");
        predicate.set("configuration", configuration);
        predicate.set("passedTests", passedTests);
        predicate.set("warnedTests", warnedTests);
        predicate.set("failedTests", failedTests);
        return Optional.of(statement);
    }

    /** What the run's evidence amounts to, and whether what was executed is what was approved. */
    Statement evidence(RunFacts facts) {
        RunRequest run = facts.run();
        Statement statement = about(facts, new Statement(Statement.EVIDENCE));
        ObjectNode predicate = statement.predicate();
        predicate.put("run_request_id", run.id());
        predicate.put("organization_id", run.organizationId());
        predicate.put("status", run.status().wireName());
        RunResult result = facts.result();
        predicate.put("claimed_status", result == null ? null : result.claimedStatus());
        predicate.set("derived", result == null ? null : json.readTree(result.derived()));
        predicate.set("findings", result == null ? json.createArrayNode() : json.readTree(result.findings()));
        predicate.set("exact_snapshot", json.valueToTree(facts.exactSnapshot()));
        ArrayNode items = predicate.putArray("evidence");
        facts.evidence().items().forEach(item -> items.add(item(item)));
        predicate.set("totals", json.valueToTree(facts.evidence().totals()));
        return statement;
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
        told.put("waived_by", item.waiver() == null ? null : item.waiver().waivedBy());
        return told;
    }
}
