package dev.alloy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.testing.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is done to a clone, with real Git. */
class WorkingCopyTests {

    private static final Map<String, byte[]> TREE =
            Map.of(".alloy/briefs/brief_1.yaml", bytes("{}"), ".alloy/prompts/planning.md", bytes("# Plan"));
    private static final byte[] GATES = bytes("{\"gates\":[]}");

    @TempDir
    private Path directory;

    private Path clone;
    private WorkingCopy copy;
    private JournaledAttempt attempt;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void begin() throws IOException {
        clone = directory.resolve("clone");
        BridgeWorld.repository(clone);
        copy = WorkingCopy.of(project(clone), directory);
        ObjectNode entry = JsonMapper.shared().createObjectNode();
        entry.set("request", World.example("execution-request"));
        ((ObjectNode) entry.path("request").path("brief")).put("digest", "sha256:" + "0".repeat(64));
        ((ObjectNode) entry.path("request")).put("idempotency_key", "sha256:" + "0".repeat(64));
        ((ObjectNode) entry.path("request")).put("request_id", "runreq_1");
        entry.put("stage", "preparing").put("head", copy.head());
        attempt = new JournaledAttempt(Journal.open(directory.resolve("state"), CrashPoint.NONE), entry);
    }

    private static FoundryRegistry.Project project(Path path) {
        return new FoundryRegistry.Project("p", path, false, false);
    }

    private String git(String... words) {
        return BridgeWorld.git(clone, words);
    }

    private String commit(String file, String text) throws IOException {
        Files.writeString(clone.resolve(file), text);
        git("add", "-A");
        git("commit", "--quiet", "-m", file);
        return git("rev-parse", "HEAD");
    }

    private static ExecutionRequest request(String revision, String branch, String event) {
        ObjectNode document = JsonMapper.shared().createObjectNode();
        document.put("effect", event.equals("validation_requested") ? "read_only" : "mutating");
        document.putObject("repo").put("revision", revision).put("branch", branch);
        document.putObject("foundry")
                .put("entry_event", event)
                .put("throttle", "dry_run")
                .putObject("payload");
        return new ExecutionRequest(document);
    }

    /** An attempt that prepares the copy: as {@link AttemptPreparation} does it. */
    private void prepares(byte @Nullable [] gates) {
        attempt.isIn(clone, copy.position());
        attempt.touched(true);
        copy.requireRoom();
        attempt.gateFile(copy.handling(gates));
        copy.materialize(TREE, gates, attempt.gateFile());
    }

    private void leaves(boolean keep) {
        copy.leave(attempt, keep);
    }

    private void refuses(String code, Runnable call) {
        assertThatExceptionOfType(ExecutionRefused.class)
                .isThrownBy(call::run)
                .satisfies(refusal ->
                        assertThat(refusal.code()).as(refusal.message()).isEqualTo(code));
    }

    @Test
    void noCommitCarriesTheFilesOfARun() throws IOException {
        prepares(GATES);
        Files.writeString(clone.resolve("feature.txt"), "new");

        git("add", "-A");

        assertThat(git("diff", "--cached", "--name-only")).isEqualTo("feature.txt");
        assertThat(Files.readAllBytes(clone.resolve(GateFile.NAME))).isEqualTo(GATES);
    }

    @Test
    void noCommitCarriesAGateFileThatTheRepositoryDoesNotHave() throws IOException {
        git("rm", "--quiet", GateFile.NAME);
        git("commit", "--quiet", "-m", "Without gates");

        prepares(GATES);
        git("add", "-A");

        assertThat(git("diff", "--cached", "--name-only")).isEmpty();
        leaves(false);
        assertThat(clone.resolve(GateFile.NAME)).doesNotExist();
        assertThat(git("status", "--porcelain", "--ignored")).isEmpty();
    }

    @Test
    void refusesWhereTheRepositoryWouldShowTheFilesAfterAll() throws IOException {
        commit(".gitignore", "!/.alloy/\n!/.alloy/**\n");

        refuses("files-not-hidden", () -> prepares(null));

        leaves(false);
        assertThat(git("status", "--porcelain", "--ignored")).isEmpty();
    }

    @Test
    void refusesARepositoryThatLeadsTheFilesElsewhere() throws IOException {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Files.createSymbolicLink(clone.resolve(".alloy"), elsewhere);
        git("add", "-A");
        git("commit", "--quiet", "-m", "A trap");

        refuses("path-not-allowed", () -> prepares(null));

        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void refusesAGateFileThatIsALink() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "{\"gates\":[]}");
        Files.delete(clone.resolve(GateFile.NAME));
        Files.createSymbolicLink(clone.resolve(GateFile.NAME), secret);

        refuses("gate-file-no-file", copy::gateFile);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "/etc/evil",
                ".alloy/../evil",
                ".alloy",
                ".alloy/",
                ".alloy//x",
                ".alloy/./x",
                ".git/hooks/pre-commit",
                ".alloy\\..\\evil",
                ".alloy/a\nb",
                ".ALLOY/x",
                ".alloy/x:stream",
                ""
            })
    void refusesAPathThatLeavesTheTree(String path) {
        refuses(
                "path-not-allowed",
                () -> copy.materialize(Map.of(".alloy/fine", GATES, path, GATES), null, GateFile.Handling.NONE));
        assertThat(clone.resolve(".alloy")).doesNotExist();
        assertThat(directory.resolve("evil")).doesNotExist();
    }

    @Test
    void leavesTheCopyAsItWasAndLosesNothing() throws IOException {
        String head = copy.head();
        attempt.isIn(clone, copy.position());
        attempt.touched(true);
        copy.checkOut(request(head, "alloy/x", "iteration_requested"));
        attempt.gateFile(copy.handling(GATES));
        copy.materialize(TREE, GATES, attempt.gateFile());
        Files.writeString(clone.resolve("half-done.txt"), "half");
        Files.writeString(clone.resolve(GateFile.NAME), "weakened by an agent");

        leaves(false);
        leaves(false);

        assertThat(git("status", "--porcelain", "--ignored")).isEmpty();
        assertThat(copy.position()).isEqualTo("refs/heads/main");
        assertThat(git("stash", "list")).contains("left behind by runreq_1");
        assertThat(Files.readString(clone.resolve(GateFile.NAME))).contains("readme");
        assertThat(Files.readString(clone.resolve(".git/info/exclude"))).doesNotContain("alloy");
    }

    @Test
    void leavesChangesWhereTheyAreWhenNobodyKnowsWhoIsAtWork() throws IOException {
        prepares(GATES);
        Files.writeString(clone.resolve("half-done.txt"), "half");

        leaves(true);

        assertThat(git("status", "--porcelain")).isEqualTo("?? half-done.txt");
        assertThat(copy.obstacle()).hasValueSatisfying(why -> assertThat(why).contains("half-done.txt"));
        assertThat(attempt.stash())
                .hasValueSatisfying(stash -> assertThat(stash).contains("left behind by runreq_1"));

        leaves(false);

        assertThat(git("stash", "list")).contains("left behind by runreq_1");
        assertThat(git("status", "--porcelain")).isEmpty();
    }

    @Test
    void tellsWhatAnUnknownEndLeavesBehind() throws IOException {
        String branch = attempt.request().branch();
        copy.checkOut(request(copy.head(), branch, "iteration_requested"));
        assertThat(copy.leftBehind(attempt, false).path("stash").isMissingNode())
                .isTrue();
        Files.writeString(clone.resolve("half-done.txt"), "half");

        assertThat(copy.leftBehind(attempt, false).toString())
                .contains("\"branch\":\"" + branch + "\"", "\"stash\":\"left behind by runreq_1\"");
        assertThat(copy.leftBehind(attempt, true).path("stash").asString()).contains("when Foundry has stopped");
    }

    @Test
    void makesTheBranchAtTheApprovedRevision() throws IOException {
        String approved = copy.head();
        commit("later.txt", "later");

        assertThat(copy.checkOut(request(approved.substring(0, 8), "alloy/x", "iteration_requested")))
                .isEqualTo(approved);
        assertThat(copy.position()).isEqualTo("refs/heads/alloy/x");
    }

    @Test
    void movesABranchForwardAndNeverBack() throws IOException {
        String first = copy.head();
        git("branch", "alloy/x");
        String second = commit("later.txt", "later");
        copy.checkOut(request(second, "alloy/x", "iteration_requested"));
        git("switch", "--quiet", "main");

        refuses("branch-elsewhere", () -> copy.checkOut(request(first, "alloy/x", "iteration_requested")));

        assertThat(git("rev-parse", "alloy/x")).isEqualTo(second);
        assertThat(copy.checkOut(request(first, "alloy/x", "validation_requested")))
                .isEqualTo(first);
        assertThat(git("rev-parse", "alloy/x")).isEqualTo(second);
    }

    @Test
    void fetchesARevisionThatIsNotThereYet() throws IOException {
        Path other = directory.resolve("other");
        BridgeWorld.git(directory, "clone", "--quiet", clone.toString(), other.toString());
        String later = commit("later.txt", "later");

        WorkingCopy second = WorkingCopy.of(project(other), directory);
        assertThat(second.checkOut(request(later, "alloy/x", "iteration_requested")))
                .isEqualTo(later);
    }

    @Test
    void refusesWhatItCannotCheckOut() throws IOException {
        refuses("revision-unknown", () -> copy.checkOut(request("deadbeef", "alloy/x", "iteration_requested")));
        refuses("revision-not-allowed", () -> copy.checkOut(request("--hard", "alloy/x", "iteration_requested")));
        refuses("branch-not-allowed", () -> copy.checkOut(request(copy.head(), "-f", "iteration_requested")));
        refuses("branch-not-allowed", () -> copy.checkOut(request(copy.head(), "a..b", "iteration_requested")));
        Files.writeString(clone.resolve("left.txt"), "left");
        assertThat(copy.obstacle()).hasValueSatisfying(why -> assertThat(why).contains("left.txt"));
    }

    @Test
    void refusesWhatIsNoCloneOfItsOwn() throws IOException {
        Path inside = Files.createDirectories(clone.resolve("inside"));
        Path plain = Files.createDirectories(directory.resolve("plain"));
        Path outside = Files.createTempDirectory("outside");
        Files.createSymbolicLink(directory.resolve("link"), outside);

        refuses("no-clone", () -> WorkingCopy.of(project(inside), directory));
        refuses("no-clone", () -> WorkingCopy.of(project(plain), directory));
        refuses("path-outside-workdir", () -> WorkingCopy.of(project(outside), directory));
        refuses("path-outside-workdir", () -> WorkingCopy.of(project(directory.resolve("link")), directory));
        refuses("path-outside-workdir", () -> WorkingCopy.of(project(directory.resolve("plain/../..")), plain));
        refuses("path-missing", () -> WorkingCopy.of(project(directory.resolve("nowhere")), directory));
        refuses(
                "project-skipped",
                () -> WorkingCopy.of(new FoundryRegistry.Project("p", clone, true, false), directory));
    }

    @Test
    void aGateFileOfTheOperatorsOwnIsNotTouched() throws IOException {
        git("rm", "--quiet", GateFile.NAME);
        git("commit", "--quiet", "-m", "Without gates");
        Files.writeString(clone.resolve(".git/info/exclude"), "/" + GateFile.NAME);
        Files.writeString(clone.resolve(GateFile.NAME), "mine");

        prepares(null);
        leaves(false);
        assertThat(Files.readString(clone.resolve(GateFile.NAME))).isEqualTo("mine");
        assertThat(Files.readString(clone.resolve(".git/info/exclude")).strip()).isEqualTo("/" + GateFile.NAME);
        refuses("gate-file-not-kept", () -> prepares(GATES));
        leaves(false);
        assertThat(Files.readString(clone.resolve(GateFile.NAME))).isEqualTo("mine");
    }

    @Test
    void whatGitWasToldToLookAwayFromIsAnObstacle() throws IOException {
        git("update-index", "--skip-worktree", GateFile.NAME);
        Files.writeString(clone.resolve(GateFile.NAME), "mine");
        assertThat(copy.obstacle()).hasValueSatisfying(why -> assertThat(why).contains("skip-worktree"));
        leaves(false);
        assertThat(Files.readString(clone.resolve(GateFile.NAME))).isEqualTo("mine");
        git("update-index", "--no-skip-worktree", GateFile.NAME);
        git("checkout", "--quiet", "--", GateFile.NAME);
        git("update-index", "--assume-unchanged", "README.md");
        assertThat(copy.obstacle()).hasValueSatisfying(why -> assertThat(why).contains("README.md"));
    }

    @Test
    void aCloneIsOfOneBridgeAtATime() throws Exception {
        try (AutoCloseable taken = copy.take()) {
            refuses("working-copy-in-use", () -> WorkingCopy.at(clone).take());
        }
        WorkingCopy.at(clone).take().close();
    }

    @Test
    void hooksOfTheRepositoryAreNotRun() throws IOException {
        Path hook = clone.resolve(".git/hooks/post-checkout");
        Files.createDirectories(hook.getParent());
        Files.writeString(hook, "#!/bin/sh\ntouch '" + directory.resolve("ran") + "'\n");
        assertThat(hook.toFile().setExecutable(true)).isTrue();

        copy.checkOut(request(copy.head(), "alloy/x", "iteration_requested"));

        assertThat(directory.resolve("ran")).doesNotExist();
    }
}
