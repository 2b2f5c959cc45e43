package dev.alloy.account;

import dev.alloy.account.Fact.Contradiction;
import dev.alloy.account.RunAccount.Verdict;
import dev.alloy.contract.CanonicalJson;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An account as the document {@code alloy.run_account.v1}, and back. Pure. */
public final class AccountDocument {

    /** What the document calls itself. */
    public static final String SCHEMA_VERSION = "alloy.run_account.v1";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private AccountDocument() {}

    /** The canonical bytes: those that are hashed, kept and served. */
    public static byte[] bytes(RunAccount account) {
        return CanonicalJson.bytes(tree(account));
    }

    /** The document. */
    public static ObjectNode tree(RunAccount account) {
        ObjectNode document = object();
        document.put("schema_version", SCHEMA_VERSION);
        document.put("run_request_id", account.runRequestId());
        document.put("version", account.version());
        document.put("rules", account.rules());
        document.put("status", account.status());
        Cause cause = account.cause();
        document.set(
                "failure",
                cause == null
                        ? null
                        : object().put("category", cause.category())
                                .put("code", cause.code())
                                .put("message", cause.message()));
        Derived derived = account.derived();
        document.put("executed", derived.executed());
        document.put("verified", derived.verified());
        document.put("committed", derived.committed());
        document.put("pushed", derived.pushed());
        document.put("no_op", derived.noOp());
        document.put("simulated", account.simulated());
        ObjectNode snapshot = document.putObject("exact_snapshot")
                .put("verdict", account.verdict().name())
                .put("because", account.verdict().because());
        list(snapshot.putArray("checks"), account.verdict().checks(), AccountDocument::check);
        list(document.putArray("facts"), account.facts(), AccountDocument::fact);
        list(document.putArray("gates"), account.gates(), AccountDocument::gate);
        account.blocksFailed().forEach(document.putArray("blocks_failed")::add);
        account.errors().forEach(document.putArray("errors")::add);
        list(document.putArray("findings"), account.findings(), AccountDocument::finding);
        list(document.putArray("items"), account.items(), AccountDocument::item);
        return document;
    }

    private static <T> void list(ArrayNode target, List<T> all, Function<T, ObjectNode> shape) {
        all.forEach(one -> target.add(shape.apply(one)));
    }

    private static ObjectNode check(SnapshotCheck check) {
        return object().put("check", check.check())
                .put("expected", check.expected())
                .put("actual", check.actual())
                .put("passed", check.passed());
    }

    private static ObjectNode fact(Fact fact) {
        ObjectNode told = object().put("fact", fact.name());
        told.set("value", fact.value());
        told.put("witness", fact.witness().wire());
        list(told.putArray("contradicted_by"), fact.contradictedBy(), one -> {
            ObjectNode other = object();
            other.set("value", one.value());
            return other.put("witness", one.witness().wire());
        });
        return told;
    }

    private static ObjectNode gate(GateLine gate) {
        return object().put("name", gate.name())
                .put("phase", gate.phase())
                .put("status", gate.status())
                .put("test", gate.test())
                .put("required", gate.required())
                .put("approved", gate.approved())
                .put("ran", gate.ran())
                .put("exit_code", gate.exitCode())
                .put("witness", gate.witness().wire())
                .put("because", gate.because());
    }

    private static ObjectNode finding(RunFinding finding) {
        return object().put("category", finding.category())
                .put("code", finding.code())
                .put("message", finding.message())
                .put("informational", finding.informational())
                .put("gate", finding.gate());
    }

    private static ObjectNode item(EvidenceStanding item) {
        return object().put("key", item.key())
                .put("status", item.status())
                .put("because", item.because())
                .put("witness", item.witness().wire())
                .put("simulated_status", item.simulatedStatus());
    }

    /** Reads a document that {@link #bytes} made. */
    public static RunAccount read(byte[] bytes) {
        JsonNode document = JSON.readTree(bytes);
        JsonNode failure = document.path("failure");
        return new RunAccount(
                document.path("run_request_id").asString(),
                document.path("version").asInt(),
                document.path("rules").asInt(),
                document.path("status").asString(),
                failure.isObject()
                        ? new Cause(
                                failure.path("category").asString(),
                                failure.path("code").asString(),
                                failure.path("message").asString())
                        : null,
                new Derived(
                        flag(document, "executed"),
                        flag(document, "verified"),
                        flag(document, "committed"),
                        flag(document, "pushed"),
                        flag(document, "no_op")),
                document.path("simulated").booleanValue(),
                all(document.path("facts"), AccountDocument::readFact),
                all(document.path("gates"), AccountDocument::readGate),
                all(document.path("blocks_failed"), JsonNode::asString),
                all(document.path("errors"), JsonNode::asString),
                all(document.path("findings"), AccountDocument::readFinding),
                all(document.path("items"), AccountDocument::readItem),
                new Verdict(
                        document.path("exact_snapshot").path("verdict").asString(),
                        document.path("exact_snapshot").path("because").asString(),
                        all(document.path("exact_snapshot").path("checks"), AccountDocument::readCheck)));
    }

    private static SnapshotCheck readCheck(JsonNode check) {
        return new SnapshotCheck(
                check.path("check").asString(),
                check.path("expected").asString(),
                text(check, "actual"),
                check.path("passed").booleanValue());
    }

    private static <T> List<T> all(JsonNode list, Function<JsonNode, T> read) {
        return list.valueStream().map(read).toList();
    }

    private static Fact readFact(JsonNode fact) {
        return new Fact(
                fact.path("fact").asString(),
                fact.path("value"),
                Witness.of(fact.path("witness").asString()),
                all(
                        fact.path("contradicted_by"),
                        one -> new Contradiction(
                                one.path("value"),
                                Witness.of(one.path("witness").asString()))));
    }

    private static GateLine readGate(JsonNode gate) {
        return new GateLine(
                gate.path("name").asString(),
                gate.path("phase").asString(),
                gate.path("status").asString(),
                gate.path("test").asString(),
                gate.path("required").booleanValue(),
                gate.path("approved").booleanValue(),
                gate.path("ran").booleanValue(),
                gate.path("exit_code").isInt() ? gate.path("exit_code").intValue() : null,
                Witness.of(gate.path("witness").asString()),
                gate.path("because").asString());
    }

    private static RunFinding readFinding(JsonNode finding) {
        return new RunFinding(
                finding.path("category").asString(),
                finding.path("code").asString(),
                finding.path("message").asString(),
                finding.path("informational").booleanValue(),
                text(finding, "gate"));
    }

    private static EvidenceStanding readItem(JsonNode item) {
        return new EvidenceStanding(
                item.path("key").asString(),
                item.path("status").asString(),
                item.path("because").asString(),
                Witness.of(item.path("witness").asString()),
                text(item, "simulated_status"));
    }

    private static @Nullable String text(JsonNode object, String member) {
        return object.path(member).asStringOpt().orElse(null);
    }

    private static @Nullable Boolean flag(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return value.isBoolean() ? value.booleanValue() : null;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
