package dev.alloy.conformance;

import dev.alloy.conformance.Verdict.Complaint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One scenario's world: a server, a Foundry, a repository, a runner, and what there is to complain of. */
final class ScenarioWorld implements AutoCloseable {

    static final String PROJECT = "checkout-service";

    private static final Duration GLANCE = Duration.ofMillis(250);

    private static final String GATES = """
            {"gates": [
              {"name": "unit", "command": "test -f README.md", "required": true},
              {"name": "style", "command": "echo two findings; exit 3", "required": false}
            ]}
            """;

    /** The last output of a runner that has exited. */
    static final String EXITED = ", and the runner had exited";

    private final Path home;
    private final List<String> command;
    private final Duration patience;
    private final FakeServer server = new FakeServer(PROJECT);
    private final FakeFoundry foundry;
    private final List<Complaint> complaints = new ArrayList<>();
    private final List<RequestFixture> orders = new ArrayList<>();
    private String revision = "";
    private @Nullable RunnerProcess runner;

    ScenarioWorld(Path home, List<String> command, Duration patience) throws IOException, InterruptedException {
        this.home = home;
        this.command = command;
        this.patience = patience;
        makeRepository();
        Files.createDirectories(home.resolve("state"));
        Files.createDirectories(home.resolve("outside"));
        Path key = Files.writeString(home.resolve("runner.key"), server.key() + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        foundry = FakeFoundry.in(home.resolve("foundry"))
                .project(PROJECT, repository(), "main")
                .script(
                        "iteration_requested",
                        Scripts.iteration(
                                (path, round) -> Files.writeString(path.resolve("edited.txt"), "round " + round)))
                .start();
    }

    private void makeRepository() throws IOException, InterruptedException {
        Path origin = Files.createDirectories(home.resolve("origin.git"));
        GitRepository.in(origin).run("init", "-q", "--bare", "-b", "main");
        Files.createDirectories(workdir());
        GitRepository.in(workdir())
                .run("clone", "-q", origin.toString(), repository().toString());
        Files.writeString(repository().resolve("README.md"), "# Checkout service\n");
        Files.writeString(repository().resolve(GateRunner.NAME), GATES);
        commit("Begin");
    }

    /** Commits and pushes what is in the working copy, for the orders to come. */
    void commit(String message) throws IOException, InterruptedException {
        GitRepository git = GitRepository.in(repository());
        git.run("checkout", "-q", "-B", "main");
        git.commitAll(message);
        git.run("push", "-q", "-u", "origin", "main");
        revision = git.head();
    }

    /** What the agent does from now on. */
    void agent(Scripts.Edit edit) {
        foundry.script("iteration_requested", Scripts.iteration(edit));
    }

    Path workdir() {
        return home.resolve("work");
    }

    Path repository() {
        return workdir().resolve(PROJECT);
    }

    /** A directory that is none of the runner's business. */
    Path outside() {
        return home.resolve("outside");
    }

    FakeServer server() {
        return server;
    }

    FakeFoundry foundry() {
        return foundry;
    }

    Duration patience() {
        return patience;
    }

    /** An order that is not queued yet. */
    RequestFixture order(RequestFixture.Kind kind) {
        RequestFixture order = new RequestFixture(kind, PROJECT, repository().toString(), revision, server.url());
        orders.add(order);
        return order;
    }

    void queue(RequestFixture order) {
        server.api().queue(order);
    }

    /** An order that waits for the runner. */
    RequestFixture queue(RequestFixture.Kind kind) {
        RequestFixture order = order(kind);
        queue(order);
        return order;
    }

    List<RequestFixture> orders() {
        return orders;
    }

    /** Starts the runner; again, after it was killed. */
    RunnerProcess startRunner() throws IOException {
        Map<String, String> variables = new TreeMap<>();
        put(variables, "server", "ALLOY_SERVER", server.url());
        put(variables, "key-file", "ALLOY_KEY_FILE", home.resolve("runner.key").toString());
        put(variables, "workdir", "ALLOY_WORKDIR", workdir().toString());
        put(variables, "state", "ALLOY_STATE_DIR", home.resolve("state").toString());
        put(variables, "foundry", "FOUNDRY_ADDRESS", foundry.address());
        put(variables, "registry", "FOUNDRY_REGISTRY_PATH", foundry.registry().toString());
        put(variables, "traces", "FOUNDRY_TRACES_DIR", foundry.traces().toString());
        put(variables, "events", "FOUNDRY_EVENTS_DIR", foundry.events().toString());
        runner = RunnerProcess.start(command, variables, home, log());
        return runner;
    }

    private static void put(Map<String, String> variables, String placeholder, String environment, String value) {
        variables.put(placeholder, value);
        variables.put(environment, value);
    }

    private Path log() {
        return home.resolve("runner.log");
    }

    List<String> lastWords() {
        return RunnerProcess.lastWords(log(), 5);
    }

    /** Waits for a call, as long as there is a runner that could make it. */
    boolean await(Predicate<ServerCall> wanted) throws InterruptedException {
        return await(() -> server.await(wanted, GLANCE));
    }

    /** Waits for the first Emit, as long as there is a runner that could call it. */
    boolean awaitEmit() throws InterruptedException {
        return await(() -> foundry.awaitEmits(1, GLANCE));
    }

    private boolean await(Glance glance) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean came = false;
        while (!came && System.nanoTime() < deadline) {
            boolean last = runner != null && !runner.isAlive();
            came = glance.sees();
            if (last) {
                break;
            }
        }
        return came;
    }

    @FunctionalInterface
    private interface Glance {
        boolean sees() throws InterruptedException;
    }

    /** Complains unless it is so. */
    boolean require(boolean so, String asked, Object seen, String section) {
        if (!so) {
            complaints.add(new Complaint(asked, String.valueOf(seen), section));
        }
        return so;
    }

    List<Complaint> complaints() {
        return complaints;
    }

    /** What the runner did, in a few words. */
    String told() {
        List<String> calls = server.calls().stream()
                .filter(call -> !call.is("next") && !call.is("heartbeat") && !call.is("events"))
                .map(ServerCall::told)
                .toList();
        String shown = calls.size() > 12 ? calls.subList(0, 12) + " and " + (calls.size() - 12) + " more" : calls + "";
        boolean alive = runner != null && runner.isAlive();
        return shown + ", Emits: " + foundry.emits().size() + (alive ? "" : EXITED);
    }

    @Override
    public void close() {
        if (runner != null) {
            runner.close();
        }
        foundry.close();
        server.close();
    }
}
