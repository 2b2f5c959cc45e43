package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.EntryEvent;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class RefusalTests {

    static Stream<Arguments> invalidIntents() {
        return Stream.of(
                set("/mission", "null", "/mission", "wrong-type"),
                set("/mission/objective", "\"\"", "/mission/objective", "too-short"),
                set("/mission/objective", "\"  \\n\"", "/mission/objective", "wrong-format"),
                set("/protected_capabilities", "[]", "/protected_capabilities", "too-few"),
                set(
                        "/protected_capabilities/1/id",
                        "\"alloy.capability.replace-payment-provider\"",
                        "/protected_capabilities/1/id",
                        "duplicate-id"),
                set(
                        "/protected_capabilities/0/id",
                        "\"pay\\u202ement\"",
                        "/protected_capabilities/0/id",
                        "wrong-format"),
                set(
                        "/protected_capabilities/0/severity",
                        "\"huge\"",
                        "/protected_capabilities/0/severity",
                        "unknown-value"),
                set(
                        "/protected_capabilities/0/sevrity",
                        "\"low\"",
                        "/protected_capabilities/0/sevrity",
                        "unknown-member"),
                set("/evidence_plan", "{}", "/evidence_plan/required", "missing-member"),
                set("/evidence_plan/required", "[]", "/evidence_plan/required", "too-few"),
                set("/evidence_plan/required/0/gate", "\"testz\"", "/evidence_plan/required/0/gate", "unknown-gate"),
                set("/evidence_plan/suggested/0/gate", "\"testz\"", "/evidence_plan/suggested/0/gate", "unknown-gate"),
                set(
                        "/evidence_plan/required/1/capability_ids/0",
                        "\"alloy.capability.none\"",
                        "/evidence_plan/required/1/capability_ids/0",
                        "unknown-capability"),
                set(
                        "/evidence_plan/required/1/id",
                        "\"rules-tested-without-ui\"",
                        "/evidence_plan/required/1/id",
                        "duplicate-id"),
                set(
                        "/evidence_plan/suggested/0/id",
                        "\"rules-tested-without-ui\"",
                        "/evidence_plan/suggested/0/id",
                        "duplicate-id"),
                set("/evidence_plan/required/0/kind", "\"hunch\"", "/evidence_plan/required/0/kind", "unknown-value"),
                set("/gates/1/name", "\"tests\"", "/gates/1/name", "duplicate-id"),
                set("/gates/0/required", "false", "/gates/0/required", "required-contradicts-mode"),
                set("/gates/1/required", "false", "/gates/1/required", "required-contradicts-mode"),
                set("/gates/2/required", "true", "/gates/2/required", "required-contradicts-mode"),
                set("/gates/0/mode", "\"optional\"", "/gates/0/mode", "unknown-value"),
                set("/gates/0/timeout_secs", "0", "/gates/0/timeout_secs", "out-of-range"),
                set("/gates/0/timeout_secs", "1.5", "/gates/0/timeout_secs", "wrong-type"),
                set("/gates/0/phase", "\"later\"", "/gates/0/phase", "unknown-value"),
                set("/gates/0/command", "\"\"", "/gates/0/command", "too-short"),
                set(
                        "/agent_formation/roles/-",
                        "{\"name\":\"engineering_intent_reviewer\"}",
                        "/agent_formation/roles/1/name",
                        "duplicate-id"),
                set("/foundry/throttle", "\"Full\"", "/foundry/throttle", "unknown-value"),
                set("/foundry/throttle", "0", "/foundry/throttle", "unknown-value"),
                set("/foundry/throttle", "null", "/foundry/throttle", "unknown-value"),
                set("/foundry/throtle", "\"full\"", "/foundry/throtle", "unknown-member"),
                set(
                        "/foundry/entry_event",
                        "\"project_iteration_completed\"",
                        "/foundry/entry_event",
                        "entry-event-not-allowed"),
                set(
                        "/foundry/entry_event",
                        "\"Iteration_Requested\"",
                        "/foundry/entry_event",
                        "entry-event-not-allowed"),
                set("/foundry/payload", "[]", "/foundry/payload", "wrong-type"),
                set("/foundry/payload/loop_context", "null", "/foundry/payload/loop_context", "refused-member"),
                set("/foundry/payload/gates", "[]", "/foundry/payload/gates", "refused-member"),
                set("/foundry/payload/workflow", "\"maintain\"", "/foundry/payload/workflow", "foreign-workflow"),
                set("/foundry/payload/workflow", "null", "/foundry/payload/workflow", "foreign-workflow"),
                set("/foundry/payload/project", "\"other-service\"", "/foundry/payload/project", "foreign-project"),
                set("/foundry/payload/project", "{}", "/foundry/payload/project", "foreign-project"),
                set("/foundry/payload/alloy", "{}", "/foundry/payload/alloy", "reserved-member"),
                set("/foundry/payload/actions/alloy", "{}", "/foundry/payload/actions/alloy", "reserved-member"),
                set("/foundry/payload/actions", "true", "/foundry/payload/actions", "wrong-type"),
                set("/feedback_hooks/when_done", "[]", "/feedback_hooks/when_done", "unknown-member"),
                set("/codebase_observations/0/text", "1", "/codebase_observations/0/text", "wrong-type"),
                set("/installation_id", "\"inst_1\"", "/installation_id", "unknown-member"));
    }

    @ParameterizedTest
    @MethodSource("invalidIntents")
    void refusesAnInvalidIntentSayingWhere(String at, String value, String pointer, String code) {
        assertThat(refusal(Inputs.workedExample().intent(at, value)).findings())
                .extracting(Finding::pointer, Finding::code)
                .contains(tuple(pointer, code));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/mission", "/protected_capabilities", "/evidence_plan", "/foundry", "/foundry/entry_event"})
    void refusesAnIntentWithout(String pointer) {
        assertThat(refusal(Inputs.workedExample().withoutIntent(pointer)).findings())
                .extracting(Finding::pointer, Finding::code)
                .contains(tuple(pointer, "missing-member"));
    }

    @ParameterizedTest
    @CsvSource({
        "work/checkout, abc123, alloy/x, /repo/path, path-not-absolute",
        "/work/../etc, abc123, alloy/x, /repo/path, path-traversal",
        "/work/.., abc123, alloy/x, /repo/path, path-traversal",
        "/.., abc123, alloy/x, /repo/path, path-traversal",
        "/, abc123, alloy/x, /repo/path, path-not-absolute",
        "//, abc123, alloy/x, /repo/path, path-not-absolute",
        "/./, abc123, alloy/x, /repo/path, path-not-absolute",
        "D:/work, abc123, alloy/x, /repo/path, path-not-absolute",
        "/work, abc123, HEAD, /repo/branch, wrong-format",
        "/work, abc123, refs/heads/main, /repo/branch, wrong-format",
        "/work, abc123, .hidden, /repo/branch, wrong-format",
        "/work, abc123, @, /repo/branch, wrong-format",
        "C:\\work\\..\\etc, abc123, alloy/x, /repo/path, path-traversal",
        "../work, abc123, alloy/x, /repo/path, path-traversal",
        "/work, main, alloy/x, /repo/revision, wrong-format",
        "/work, ABC123, alloy/x, /repo/revision, wrong-format",
        "/work, abc, alloy/x, /repo/revision, wrong-format",
        "/work, abc123, -x, /repo/branch, wrong-format",
        "/work, abc123, a..b, /repo/branch, wrong-format",
        "/work, abc123, a b, /repo/branch, wrong-format",
        "/work, abc123, a.lock, /repo/branch, wrong-format",
        "/work, abc123, a/, /repo/branch, wrong-format",
        "/work, abc123, a@{1}, /repo/branch, wrong-format"
    })
    void refusesAPlaceThatCannotBe(String path, String revision, String branch, String pointer, String code) {
        assertThat(refusal(Inputs.workedExample().repo(path, revision, branch)).findings())
                .extracting(Finding::pointer, Finding::code)
                .contains(tuple(pointer, code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/w", "/work/a..b", "/work/with space", "/work/checkout/"})
    void acceptsAnAbsolutePath(String path) {
        assertThatNoException()
                .isThrownBy(() ->
                        Inputs.workedExample().repo(path, "abc123", "main").compile());
    }

    @Test
    void tellsEveryFindingAtOnceInTheOrderOfTheirPointers() {
        IntentRefused refused = refusal(Inputs.workedExample()
                .withoutIntent("/mission")
                .intent("/foundry/throtle", "\"full\"")
                .intent("/foundry/payload/gates", "[]")
                .intent("/evidence_plan/required/0/gate", "\"none\"")
                .intent("/gates/0/required", "false")
                .repo("work", "main", null));

        assertThat(refused.findings())
                .extracting(Finding::pointer)
                .containsExactly(
                        "/evidence_plan/required/0/gate",
                        "/foundry/payload/gates",
                        "/foundry/throtle",
                        "/gates/0/required",
                        "/mission",
                        "/repo/path",
                        "/repo/revision");
    }

    @Test
    void refusesAnIntentOfAnyShapeWithoutFailing() {
        for (String value : new String[] {"null", "1", "\"x\"", "[]", "{}", "[[]]", "[null,{}]", "{\"required\":1}"}) {
            for (String member : Inputs.example("source-intent").propertyNames()) {
                Inputs inputs = Inputs.workedExample().intent("/" + member, value);
                assertThat(catchThrowableOfType(RuntimeException.class, inputs::compile))
                        .as(member + " = " + value)
                        .satisfiesAnyOf(thrown -> assertThat(thrown).isNull(), thrown -> assertThat(thrown)
                                .isInstanceOf(IntentRefused.class));
            }
        }
        assertThat(refusal(Inputs.workedExample().intent(ObjectNode::removeAll)).findings())
                .hasSize(4);
    }

    @ParameterizedTest
    @EnumSource(EntryEvent.class)
    void acceptsOnlyTheEntryEventsOwnWorkflow(EntryEvent event) {
        for (String workflow : new String[] {"iterate", "prompt", "validate", "maintain", "release"}) {
            Inputs inputs = Inputs.workedExample()
                    .manifest(Inputs.manifestOf(true))
                    .intent("/foundry/entry_event", "\"" + event.wire() + "\"")
                    .intent("/foundry/payload", "{\"workflow\":\"" + workflow + "\",\"project\":\"checkout-service\"}");
            if (event.ownWorkflow().filter(workflow::equals).isPresent()) {
                assertThatNoException().isThrownBy(inputs::compile);
            } else {
                assertThat(refusal(inputs).findings()).extracting(Finding::code).containsExactly("foreign-workflow");
            }
        }
    }

    @Test
    void refusesTheSameForAManifestThatDispatchesNothing() {
        assertThat(refusal(Inputs.workedExample()
                                .manifest(Inputs.emptyManifest())
                                .intent("/foundry/payload/loop_context", "{}"))
                        .findings())
                .hasSize(1);
    }

    private static IntentRefused refusal(Inputs inputs) {
        return catchThrowableOfType(IntentRefused.class, inputs::compile);
    }

    private static Arguments set(String at, String value, String pointer, String code) {
        return argumentSet(at + " = " + value, at, value, pointer, code);
    }
}
