package dev.alloy.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.conformance.Scripts;
import dev.alloy.testing.AlloyTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the record says when the bridge drives a Foundry in which something goes wrong. Source: witnesses.md. */
@AlloyTest
class BridgeWitnessScenarioTests {

    private static final String TWICE = "{\"gates\":[{\"name\":\"tests\",\"command\":\"false\",\"required\":true},"
            + "{\"name\":\"tests\",\"command\":\"grep -q hello README.md\",\"required\":true}]}";

    @LocalServerPort
    private int port;

    @TempDir
    private Path directory;

    private BridgeWorld bridge;

    @BeforeEach
    void make() {
        bridge = new BridgeWorld(port, directory);
        bridge.trust();
    }

    @AfterEach
    void end() {
        bridge.close();
    }

    private void agent(Scripts.Edit edit) {
        bridge.foundry.script("iteration_requested", Scripts.iteration(edit));
    }

    /** Lets an agent work on a full run, to its end. */
    private JsonNode full(Scripts.Edit edit) {
        agent(edit);
        JsonNode run = bridge.queued("iteration_requested", "full");
        bridge.bridge();
        return run;
    }

    private JsonNode get(JsonNode run, String more) {
        return bridge.world
                .admin()
                .get("/api/run-requests/" + run.path("id").asString() + more)
                .expect(200)
                .json();
    }

    private String failure(JsonNode run) {
        JsonNode failure = bridge.world.read(run).path("failure");
        return failure.path("category").asString("") + "/"
                + failure.path("code").asString("");
    }

    private String message(JsonNode run) {
        return bridge.world.read(run).at("/failure/message").asString();
    }

    private List<String> items(JsonNode run) {
        return get(run, "/account")
                .path("items")
                .valueStream()
                .filter(item -> !item.path("status").asString().equals("proposed"))
                .map(item -> item.path("status").asString())
                .toList();
    }

    private List<String> findings(JsonNode run) {
        return get(run, "/account")
                .path("findings")
                .valueStream()
                .map(finding -> finding.path("code").asString())
                .toList();
    }

    private JsonNode fact(JsonNode run, String name) {
        return get(run, "/account")
                .path("facts")
                .valueStream()
                .filter(fact -> fact.path("fact").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void write(Path path, String name, String text) throws IOException {
        Files.writeString(path.resolve(name), text);
    }

    @Test
    void whatItSawIsInTheAccount() {
        JsonNode run = full((path, round) -> write(path, "feature.txt", "new\n"));

        assertThat(bridge.status(run)).isEqualTo("completed");
        String tip = BridgeWorld.git(bridge.clone, "rev-parse", "alloy/change");
        assertThat(fact(run, "revision_after").path("witness").asString()).isEqualTo("observed");
        assertThat(fact(run, "revision_after").path("value").asString()).isEqualTo(tip);
        assertThat(fact(run, "tree_after").path("value").asString())
                .isEqualTo(BridgeWorld.git(bridge.clone, "rev-parse", "alloy/change^{tree}"));
        assertThat(fact(run, "clean_after").path("value").booleanValue()).isTrue();
        assertThat(fact(run, "branch_after").path("value").asString()).isEqualTo("alloy/change");
        assertThat(fact(run, "gates_saw").at("/value/commit").asString()).isEqualTo(tip);
        assertThat(bridge.world.read(run).at("/account/version").intValue())
                .as("the trace came before the result")
                .isEqualTo(1);
        assertThat(get(run, "/account").path("items").valueStream().map(item -> item.path("witness")
                        .asString()))
                .contains("trace");
    }

    @Test
    void aGateFileThatHoldsANameTwiceIsRefusedBeforeAnythingRuns() throws IOException {
        write(bridge.clone, GateFile.NAME, TWICE);
        BridgeWorld.git(bridge.clone, "commit", "--quiet", "-am", "twice");
        JsonNode run = full((path, round) -> {});

        assertThat(failure(run)).isEqualTo("dispatch/gate-file-unreadable");
        assertThat(message(run)).contains("tests");
        assertThat(bridge.foundry.emits()).isEmpty();
    }

    @Test
    void ofANameThatTheAgentMakesStandThereTwiceTheWorstCounts() {
        JsonNode run = full((path, round) -> write(path, GateFile.NAME, TWICE));

        assertThat(bridge.status(run)).isEqualTo("failed");
        assertThat(items(run)).startsWith("failing");
        assertThat(findings(run)).contains("gate-file-changed");
    }

    @Test
    void aCommandThatWasSwappedAndPutBackIsSeen() {
        JsonNode run = full((path, round) -> {
            Path file = path.resolve(GateFile.NAME);
            Path kept = directory.resolve("kept-gates");
            Files.copy(file, kept, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            String swapped = Files.readString(file).replace("grep -q hello README.md", "cp " + kept + " " + file);
            Files.writeString(file, swapped);
            write(path, "feature.txt", "new\n");
        });

        assertThat(failure(run)).isEqualTo("safety/gate-command-changed");
        assertThat(items(run)).startsWith("unknown");
    }

    @Test
    void aBlockThatCannotBeSpawnedFailsTheRunInFoundrysWords() {
        JsonNode run = full((path, round) -> {
            throw new IOException("failed to spawn command: claude");
        });

        assertThat(failure(run)).isEqualTo("execution/block-failed");
        assertThat(message(run)).contains("Execute Plan", "failed to spawn command: claude");
        assertThat(items(run)).containsOnly("unknown");
        assertThat(get(run, "/account").path("executed").booleanValue()).isFalse();
        assertThat(get(run, "/report").path("capabilities").path("preserved")).isEmpty();
    }

    @Test
    void aCommitThatFailsLeavesAStashThatIsNamed() {
        BridgeWorld.git(bridge.clone, "config", "user.useConfigOnly", "true");
        JsonNode run = full((path, round) -> {
            write(path, "feature.txt", "new\n");
            write(path, ".git/index.lock", "");
        });

        assertThat(failure(run)).isEqualTo("execution/block-failed");
        assertThat(message(run)).contains("Commit and Push", "git commit failed");
        assertThat(items(run)).containsOnly("unknown");
    }

    @Test
    void aProjectThatFoundryDoesNotKnowIsSaidInFoundrysWords() throws IOException {
        String registry = Files.readString(bridge.foundry.registry());
        Files.writeString(bridge.foundry.registry(), registry.replace(bridge.world.project(), "another-project"));
        bridge.foundry.restart();
        Files.writeString(bridge.foundry.registry(), registry);
        JsonNode run = full((path, round) -> {});

        assertThat(failure(run)).isEqualTo("execution/nothing-executed");
        assertThat(message(run)).contains("not found in registry");
        assertThat(get(run, "/account").path("executed").booleanValue()).isFalse();
    }

    @Test
    void aCommitInAnotherCopyIsNotTheRuns() throws IOException {
        Path other = directory.resolve("other");
        BridgeWorld.git(directory, "clone", "--quiet", bridge.clone.toString(), other.toString());
        String registry = Files.readString(bridge.foundry.registry());
        Files.writeString(bridge.foundry.registry(), registry.replace(bridge.clone.toString(), other.toString()));
        bridge.foundry.restart();
        Files.writeString(bridge.foundry.registry(), registry);
        JsonNode run = full((path, round) -> write(path, "feature.txt", "new\n"));

        assertThat(failure(run)).isEqualTo("safety/wrong-working-copy");
        assertThat(items(run)).containsOnly("unknown");
    }

    @Test
    void aCommitOnABranchOfTheAgentsOwnIsNamed() {
        JsonNode run = full((path, round) -> {
            BridgeWorld.git(path, "checkout", "--quiet", "-b", "agents-own");
            write(path, "feature.txt", "new\n");
            BridgeWorld.git(path, "add", "feature.txt");
            BridgeWorld.git(path, "commit", "--quiet", "-m", "mine");
        });

        assertThat(failure(run)).isEqualTo("safety/commit-outside-branch");
        assertThat(message(run)).contains("agents-own", BridgeWorld.git(bridge.clone, "rev-parse", "agents-own"));
        assertThat(items(run)).containsOnly("unknown");
        assertThat(get(run, "/report").path("needs_person").toString()).contains("agents-own");
    }

    @Test
    void whatAnAgentPutsAsideIsNamed() {
        JsonNode run = full((path, round) -> {
            BridgeWorld.git(path, "checkout", "--quiet", "-b", "put-aside");
            write(path, "aside.txt", "new\n");
            BridgeWorld.git(path, "add", "aside.txt");
            BridgeWorld.git(path, "commit", "--quiet", "-m", "aside");
            BridgeWorld.git(path, "checkout", "--quiet", "alloy/change");
            write(path, "README.md", "hello, stashed\n");
            BridgeWorld.git(path, "stash", "--quiet");
            write(path, "feature.txt", "new\n");
        });

        assertThat(bridge.status(run)).isEqualTo("completed_with_findings");
        assertThat(findings(run)).containsExactly("other-refs-changed");
        assertThat(get(run, "/report").path("needs_person").toString()).contains("refs/heads/put-aside", "refs/stash");
    }

    @Test
    void whatAnAgentHidesFromGitIsSeenAndShownAgain() {
        JsonNode run = full((path, round) -> {
            BridgeWorld.git(path, "update-index", "--assume-unchanged", "README.md");
            write(path, "README.md", "hello, hidden\n");
            write(path, "feature.txt", "new\n");
        });

        assertThat(bridge.status(run)).isEqualTo("completed_with_findings");
        assertThat(findings(run)).contains("tree-not-clean");
        assertThat(fact(run, "gates_saw").at("/value/state").asString()).isEqualTo("uncommitted");
        assertThat(BridgeWorld.git(bridge.clone, "stash", "list"))
                .contains(run.path("id").asString());
        assertThat(BridgeWorld.git(bridge.clone, "ls-files", "-v")).doesNotContain("h README.md");
    }

    @Test
    void somebodysEditInMidRunIsSeenAndKept() {
        JsonNode run = bridge.queued("validation_requested", "dry_run", intent -> ((ObjectNode)
                        intent.path("gates").path(0))
                .put("command", "echo edited > somebodys.txt"));
        bridge.bridge();

        assertThat(bridge.status(run)).isEqualTo("completed_with_findings");
        assertThat(findings(run)).contains("tree-changed", "tree-not-clean");
        assertThat(items(run)).containsOnly("unknown");
        assertThat(get(run, "/report").path("needs_person").toString()).contains("left behind by");
        assertThat(BridgeWorld.git(bridge.clone, "stash", "list"))
                .contains(run.path("id").asString());
    }

    @Test
    void aRunThatOnlyReadsLeavesNoBranch() {
        String before = BridgeWorld.git(bridge.clone, "branch", "--list");
        JsonNode run = bridge.queued("validation_requested", "dry_run");
        bridge.bridge();

        assertThat(bridge.status(run)).isEqualTo("completed");
        assertThat(BridgeWorld.git(bridge.clone, "branch", "--list")).isEqualTo(before);
        assertThat(fact(run, "branch_after").path("value").asString()).isEqualTo("HEAD");
    }

    @Test
    void errorsThatEndedNothingNeedAPerson() {
        agent((path, round) -> write(path, "feature.txt", "new\n"));
        JsonNode run = bridge.queued("iteration_requested", "full", intent -> ((ObjectNode) intent.path("foundry"))
                .putObject("payload")
                .put("note", "no workflow"));
        bridge.bridge();

        assertThat(bridge.status(run)).isEqualTo("completed");
        JsonNode needs = get(run, "/report").path("needs_person");
        assertThat(get(run, "/account").path("errors").isEmpty()
                        || needs.toString().contains("Strategic Assessor"))
                .isTrue();
    }
}
