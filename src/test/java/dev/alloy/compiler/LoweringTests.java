package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.alloy.compiler.ReportRow.Severity;
import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.Effect;
import dev.alloy.contract.foundry.Throttle;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class LoweringTests {

    @Test
    void referencesTheBriefWhereFoundryResolvesIt() {
        Compilation compilation = Inputs.workedExample().compile();

        assertThat(row(compilation, "brief_reference").isAsWanted()).isTrue();
        assertThat(row(compilation, "payload_dialect").isAsWanted()).isTrue();
        assertThat(Inputs.payload(compilation)).isEqualTo(Inputs.json("""
                        {"strategic":true,"max_iterations":3,"actions":{"iterate":true,"maintain":false},"alloy":{
                        "brief_id":"%s","brief_digest":"%s","prompt_pack_id":"%s","prompt_pack_digest":"%s"}}
                        """.formatted(
                        Inputs.REFERENCES.briefId(),
                        Inputs.REFERENCES.briefDigest(),
                        Inputs.REFERENCES.promptPackId(),
                        Inputs.REFERENCES.promptPackDigest())));
    }

    @Test
    void materializesTheBriefWhereFoundryDoesNotResolveIt() {
        Compilation compilation =
                Inputs.workedExample().manifest("supports_alloy_brief", "false").compile();

        assertThat(row(compilation, "brief_reference").chosen()).isEqualTo(".alloy/briefs/{brief_id}.yaml");
        ObjectNode payload = Inputs.payload(compilation);
        assertThat(payload.path("actions")).isEqualTo(Inputs.json("""
                        {"iterate":true,"maintain":false,"alloy":{"brief_id":"brief_01HZ","brief_digest":"%s",
                        "brief_path":".alloy/briefs/brief_01HZ.yaml"}}
                        """.formatted(Inputs.REFERENCES.briefDigest())));
        assertThat(payload.path("alloy").propertyNames())
                .as("the pack is still referenced natively")
                .containsExactly("prompt_pack_id", "prompt_pack_digest");
    }

    @Test
    void addsWhatAStrategicIterationNeedsBesideTheIntentsOwnMembers() {
        Compilation compilation =
                Inputs.workedExample().withoutManifest("supports_alloy_brief").compile();

        assertThat(compilation.payload()).isEqualTo(Inputs.json("""
                        {"strategic":true,"max_iterations":3,"actions":{"iterate":true,"maintain":false},
                        "project":"checkout-service","workflow":"iterate"}
                        """));
        assertThat(row(compilation, "payload_dialect").chosen()).isEqualTo("added: project, workflow");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"strategic\":true,\"project\":\"checkout-service\",\"workflow\":\"iterate\"}",
                "{\"strategic\":false}",
                "{\"strategic\":\"true\"}",
                "{}"
            })
    void addsNothingToAPayloadThatNeedsNothing(String payload) {
        Compilation compilation = Inputs.workedExample()
                .manifest("supports_alloy_brief", "false")
                .intent("/foundry/payload", payload)
                .compile();

        assertThat(compilation.payload()).isEqualTo(Inputs.json(payload));
        assertThat(row(compilation, "payload_dialect").isAsWanted()).isTrue();
    }

    @Test
    void makesActionsWhereTheIntentHasNone() {
        Compilation compilation = Inputs.workedExample()
                .manifest(Inputs.manifestOf(false))
                .intent("/foundry", "{\"entry_event\":\"validation_requested\"}")
                .compile();

        ObjectNode payload = Inputs.payload(compilation);
        assertThat(payload.propertyNames()).containsExactly("actions");
        assertThat(payload.at("/actions/alloy").propertyNames())
                .containsExactly("brief_id", "brief_digest", "brief_path");
    }

    @Test
    void compilesAStrategicPromptFromTheRunsOwnPack() {
        Compilation compilation =
                Inputs.workedExample().manifest("supports_prompt_pack", "false").compile();
        ObjectNode edited = compilation.promptPack().tree();
        ((ObjectNode) edited.at("/documents/0")).put("content", "# Look at refunds first\n");

        assertThat(row(compilation, "prompt_pack").chosen()).isEqualTo(".alloy/prompts/{phase}.md");
        assertThat(compilation.payload().has("strategic_prompt")).isFalse();
        assertThat(Inputs.payload(compilation).path("strategic_prompt").asString())
                .contains("brief_01HZ", "# Assessment", "# Triage", "# Planning");
        assertThat(ExecutionPayload.render(compilation.brief().tree(), Inputs.REFERENCES, edited)
                        .path("strategic_prompt")
                        .asString())
                .contains("# Look at refunds first")
                .doesNotContain("# Assessment");
    }

    @Test
    void compilesAPromptForAPromptExecution() {
        Compilation compilation = Inputs.workedExample()
                .manifest(Inputs.manifestOf(false))
                .intent("/foundry", "{\"entry_event\":\"prompt_execution_requested\"}")
                .compile();

        assertThat(row(compilation, "compiled_prompt").chosen()).isEqualTo("prompt");
        assertThat(Inputs.payload(compilation).path("prompt").asString())
                .contains("# Planning", "# Execution", "Let a customer pay");
    }

    @Test
    void leavesAPromptOfTheIntentAsItIsAndSaysSo() {
        Compilation compilation = Inputs.workedExample()
                .manifest(Inputs.manifestOf(false))
                .intent("/foundry/payload/strategic_prompt", "\"mine\"")
                .compile();

        assertThat(Inputs.payload(compilation).path("strategic_prompt").asString())
                .isEqualTo("mine");
        assertThat(row(compilation, "compiled_prompt"))
                .returns("intent's own strategic_prompt", ReportRow::chosen)
                .returns(Severity.WARNING, ReportRow::severity);
    }

    @Test
    void compilesNoPromptWhereFoundryResolvesThePackOrReadsNone() {
        assertThat(Inputs.payload(Inputs.workedExample().compile()).has("strategic_prompt"))
                .isFalse();
        Compilation ordinary = Inputs.workedExample()
                .manifest(Inputs.manifestOf(false))
                .intent("/foundry/payload", "{}")
                .compile();
        assertThat(Inputs.payload(ordinary).propertyNames()).containsExactly("actions");
    }

    @Test
    void leavesBriefAndPackUnchangedWhenItRendersThePayload() {
        Compilation compilation =
                Inputs.workedExample().manifest(Inputs.manifestOf(false)).compile();
        ObjectNode brief = compilation.brief().tree();
        ExecutionPayload.render(
                brief, Inputs.REFERENCES, compilation.promptPack().tree());

        assertThat(brief).isEqualTo(compilation.brief().tree());
    }

    @Test
    void referencesGateOverlaysWhereFoundryResolvesThem() {
        Compilation compilation =
                Inputs.workedExample().manifest("supports_gate_overlay", "true").compile();

        assertThat(List.of(OverlayMode.values())).allSatisfy(mode -> assertThat(
                        row(compilation, "gate_overlay." + mode.wire()).chosen())
                .isEqualTo("reference"));
    }

    @ParameterizedTest
    @CsvSource({
        "advisory, .alloy/gates/checklist.md, WARNING",
        "required_for_dry_run, .alloy/gates/overlay.hone-gates.json, INFO",
        "required_for_mutation, .alloy/gates/overlay.hone-gates.json, INFO"
    })
    void makesFilesOfGateOverlaysWhereFoundryDoesNotResolveThem(String mode, String path, Severity severity) {
        assertThat(row(Inputs.workedExample().compile(), "gate_overlay." + mode))
                .returns("/supports_gate_overlay", ReportRow::manifestPointer)
                .returns(path, ReportRow::chosen)
                .returns(severity, ReportRow::severity);
    }

    @Test
    void makesAnOverlayOnlyForModesInUse() {
        Compilation compilation = Inputs.workedExample()
                .intent(
                        "/gates",
                        "[{\"name\":\"tests\",\"command\":\"x\",\"required\":true,\"mode\":\"required_for_mutation\"},"
                                + "{\"name\":\"vendor_import_boundary\",\"command\":\"y\",\"required\":true,\"mode\":\"required_for_mutation\"}]")
                .compile();

        assertThat(compilation.overlays()).singleElement().satisfies(overlay -> {
            assertThat(overlay.mode()).isEqualTo(OverlayMode.REQUIRED_FOR_MUTATION);
            assertThat(overlay.document().tree().path("brief_digest").asString())
                    .isEqualTo(compilation.brief().digest());
            assertThat(overlay.document().tree().at("/gates/0"))
                    .isEqualTo(
                            Inputs.json("{\"name\":\"tests\",\"command\":\"x\",\"required\":true,\"timeout_secs\":300,"
                                    + "\"phase\":\"verify\",\"evidence\":[\"rules-tested-without-ui\"]}"));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "true, RUNNER_PULL, export",
        "true, CLI_BRIDGE, export",
        "true, MANUAL, export",
        "false, RUNNER_PULL, manual",
        "false, CLI_BRIDGE, summary",
        "false, MANUAL, manual"
    })
    void choosesHowTheTraceComesBack(String supported, Connection connection, String trace) {
        Compilation compilation = Inputs.workedExample()
                .manifest("supports_trace_export", supported)
                .connection(connection)
                .compile();

        assertThat(compilation.target().trace()).isEqualTo(trace);
        assertThat(Target.of(compilation.brief().tree())).isEqualTo(compilation.target());
    }

    @ParameterizedTest
    @CsvSource({"true, events, INFO", "false, terminal_report, WARNING"})
    void streamsOnlyWhereFoundryDoes(String supported, String chosen, Severity severity) {
        assertThat(row(
                        Inputs.workedExample()
                                .manifest("supports_streaming", supported)
                                .compile(),
                        "streaming"))
                .returns(chosen, ReportRow::chosen)
                .returns(severity, ReportRow::severity);
    }

    @Test
    void refusesAnUnsupportedEntryEventNamingTheNearest() {
        var refusal = catchThrowableOfType(TargetIncompatible.class, () -> Inputs.workedExample()
                .intent("/foundry/entry_event", "\"prompt_execution_requested\"")
                .compile());

        assertThat(refusal.nearestEvents())
                .containsExactly("iteration_requested", "execution_requested", "validation_requested");
        assertThat(refusal.findings())
                .extracting(Finding::pointer, Finding::code)
                .containsExactly(tuple("/foundry/entry_event", "entry-event-not-supported"));
        assertThat(refusal.findings().get(0).detail()).contains("iteration_requested");
    }

    @Test
    void neverNamesAnEventOutsideTheAllowListAsNearest() {
        var refusal = catchThrowableOfType(TargetIncompatible.class, () -> Inputs.workedExample()
                .manifest("supported_entry_events", "[\"project_iteration_completed\"]")
                .compile());

        assertThat(refusal.nearestEvents()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"full\"|[\"dry_run\",\"audit_only\",\"full\"]|FULL|INFO",
                "\"full\"|[\"dry_run\",\"audit_only\"]|AUDIT_ONLY|WARNING",
                "\"full\"|[\"dry_run\"]|DRY_RUN|WARNING",
                "\"full\"|[\"dry_run\",\"turbo\",\"FULL\"]|DRY_RUN|WARNING",
                "\"audit_only\"|[\"dry_run\",\"full\"]|DRY_RUN|WARNING",
                "\"audit_only\"|[\"audit_only\",\"full\"]|AUDIT_ONLY|INFO",
                "\"dry_run\"|[\"dry_run\",\"full\"]|DRY_RUN|INFO"
            })
    void lowersAnUnsupportedThrottleToTheMostPowerfulSupportedBelowIt(
            String asked, String supported, Throttle chosen, Severity severity) {
        Compilation compilation = Inputs.workedExample()
                .intent("/foundry/throttle", asked)
                .manifest("supported_throttle_modes", supported)
                .compile();

        assertThat(compilation.throttle()).isEqualTo(chosen);
        assertThat(compilation.brief().tree().at("/foundry/throttle").asString())
                .isEqualTo(chosen.wire());
        assertThat(row(compilation, "throttle").severity()).isEqualTo(severity);
    }

    @Test
    void warnsThatAuditOnlyLeavesEditsUnverified() {
        Compilation compilation = Inputs.workedExample()
                .intent("/foundry/throttle", "\"full\"")
                .manifest("supported_throttle_modes", "[\"audit_only\"]")
                .compile();

        assertThat(row(compilation, "throttle").because()).contains("unverified");
        assertThat(compilation.effect()).isEqualTo(Effect.MUTATING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"audit_only\"|[\"full\"]",
                "\"dry_run\"|[\"audit_only\",\"full\"]",
                "\"full\"|[]",
                "\"full\"|[\"turbo\"]"
            })
    void neverRaisesAThrottle(String asked, String supported) {
        var refusal = catchThrowableOfType(TargetIncompatible.class, () -> Inputs.workedExample()
                .intent("/foundry/throttle", asked)
                .manifest("supported_throttle_modes", supported)
                .compile());

        assertThat(refusal.findings()).extracting(Finding::code).containsExactly("throttle-not-supported");
    }

    @Test
    void takesDryRunWhenNoThrottleIsAsked() {
        Compilation compilation =
                Inputs.workedExample().withoutIntent("/foundry/throttle").compile();

        assertThat(compilation.throttle()).isEqualTo(Throttle.DRY_RUN);
        assertThat(row(compilation, "throttle").because()).contains("default");
    }

    @Test
    void refusesEveryRequiredBlockThatIsNotRegistered() {
        var refusal = catchThrowableOfType(TargetIncompatible.class, () -> Inputs.workedExample()
                .intent("/foundry/required_blocks", "[\"Execute Plan\",\"Scout Drift\",\"Cut Release\"]")
                .compile());

        assertThat(refusal.findings())
                .extracting(Finding::pointer)
                .containsExactly("/foundry/required_blocks/1", "/foundry/required_blocks/2");
    }

    @Test
    void saysWhichWishedBlocksAreMissing() {
        Compilation compilation = Inputs.workedExample()
                .intent("/foundry/wished_blocks", "[\"Execute Plan\",\"Scout Drift\"]")
                .compile();

        assertThat(compilation.report().stream().filter(row -> row.feature().equals("wished_block")))
                .extracting(ReportRow::wanted, ReportRow::chosen, ReportRow::severity)
                .containsExactly(
                        tuple("Execute Plan", "Execute Plan", Severity.INFO),
                        tuple("Scout Drift", "absent", Severity.GAP));
    }

    @Test
    void requiresVerifyGatesForAMutatingRunWithAGateForMutation() {
        Inputs inputs = Inputs.workedExample().intent("/foundry/throttle", "\"full\"");
        assertThat(row(inputs.compile(), "required_block").wanted()).isEqualTo("Run Verify Gates");

        var refusal = catchThrowableOfType(TargetIncompatible.class, () -> inputs.manifest("registered_blocks", "[]")
                .compile());
        assertThat(refusal.findings()).extracting(Finding::pointer).containsExactly("/gates/0");

        assertThat(inputs.intent("/foundry/throttle", "\"dry_run\"").compile().report())
                .noneMatch(row -> row.feature().equals("required_block"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null"})
    void makesACompleteBundleForAManifestWithoutEntryEvents(String events) {
        Inputs inputs = Inputs.workedExample()
                .intent("/foundry/throttle", "\"full\"")
                .intent("/foundry/required_blocks", "[\"No Such Block\"]")
                .manifest("supported_throttle_modes", "[]")
                .manifest("registered_blocks", "[]");
        Compilation compilation = (events.equals("null")
                        ? inputs.withoutManifest("supported_entry_events")
                        : inputs.manifest("supported_entry_events", events))
                .compile();

        assertThat(compilation.target().mode()).isEqualTo("manual_projection");
        assertThat(compilation.throttle()).isEqualTo(Throttle.FULL);
        assertThat(row(compilation, "entry_event").severity()).isEqualTo(Severity.GAP);
        assertThat(compilation.report().stream().filter(row -> row.feature().equals("required_block")))
                .extracting(ReportRow::severity)
                .containsOnly(Severity.GAP);
        assertThat(compilation.prompts()).hasSize(8);
        assertThat(compilation.overlays()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "true, RUNNER_PULL, native",
        "false, RUNNER_PULL, runner_pull",
        "true, CLI_BRIDGE, cli_adapter",
        "false, CLI_BRIDGE, cli_adapter",
        "true, MANUAL, manual_projection"
    })
    void choosesTheTargetsMode(boolean supports, Connection connection, String mode) {
        assertThat(Inputs.workedExample()
                        .manifest(Inputs.manifestOf(supports))
                        .connection(connection)
                        .compile()
                        .target()
                        .mode())
                .isEqualTo(mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"supports_alloy_brief", "supports_prompt_pack", "supports_gate_overlay"})
    void isNotNativeWhenOneOfThreeIsMissing(String member) {
        assertThat(Inputs.workedExample()
                        .manifest(Inputs.manifestOf(true))
                        .manifest(member, "false")
                        .compile()
                        .target()
                        .mode())
                .isEqualTo("runner_pull");
    }

    @Test
    void namesABranchOfTheProjectWhenNoneIsGiven() {
        Compilation compilation = Inputs.workedExample()
                .repo("/work/checkout-service", "abc123", null)
                .compile();

        assertThat(compilation.branch())
                .isEqualTo("alloy/checkout-service/"
                        + compilation.intentDigest().substring("sha256:".length(), "sha256:".length() + 8));
        assertThat(compilation.brief().tree().at("/repo/branch").asString()).isEqualTo(compilation.branch());
    }

    @Test
    void saysWhichEvidenceNoMachineWillObserve() {
        Compilation compilation = Inputs.workedExample()
                .withoutIntent("/evidence_plan/required/0/gate")
                .compile();

        assertThat(row(compilation, "evidence.rules-tested-without-ui").severity())
                .isEqualTo(Severity.GAP);
    }

    @Test
    void definesEvidenceRequiredFirst() {
        assertThat(Inputs.workedExample().compile().evidence())
                .extracting(PlannedEvidence::key, PlannedEvidence::required, PlannedEvidence::gate)
                .containsExactly(
                        tuple("rules-tested-without-ui", true, "tests"),
                        tuple("vendor-imports-isolated", true, "vendor_import_boundary"),
                        tuple("verify-gates-passed", true, null),
                        tuple("decline-cases-reviewed", false, null));
    }

    @ParameterizedTest
    @EnumSource(Connection.class)
    void pointsEveryRowAtTheManifestOrAtNothing(Connection connection) {
        ObjectNode manifest = Inputs.manifestOf(false);
        Compilation compilation =
                Inputs.workedExample().manifest(manifest).connection(connection).compile();

        assertThat(compilation.report()).allSatisfy(row -> {
            if (row.manifestPointer() != null) {
                assertThat(manifest.at(row.manifestPointer())).isEqualTo(row.manifestValue());
            }
            assertThat(row.because()).endsWith(".");
            assertThat(row.toJson().propertyNames())
                    .containsExactly(
                            "feature",
                            "wanted",
                            "manifest_pointer",
                            "manifest_value",
                            "chosen",
                            "severity",
                            "because",
                            "would_improve_with");
        });
    }

    private static ReportRow row(Compilation compilation, String feature) {
        return compilation.report().stream()
                .filter(row -> row.feature().equals(feature))
                .findFirst()
                .orElseThrow();
    }
}
