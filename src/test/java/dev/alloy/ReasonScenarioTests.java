package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Rows;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Why a run is not at a runner, and why it failed: the reasons that no other scenario is about, and that none is left out. */
@AlloyTest
class ReasonScenarioTests {

    /** A row of a table of dispatch.md whose first cell is nothing but codes. */
    private static final Pattern ROW = Pattern.compile("\\|((?: `[a-z-]+`,?)+) \\|.*");

    private static final Pattern ROW_OF_FAILURES = Pattern.compile("\\| `[a-z]+` \\|[^|]*\\|(.*)\\|");
    private static final Pattern CODE = Pattern.compile("`([a-z]+(?:-[a-z]+)*)`");

    @LocalServerPort
    private int port;

    private World world;
    private RunnerClient first;
    private RunnerClient second;

    @BeforeEach
    void make() {
        world = World.on(port);
        first = world.firstRunner();
        second = world.register(world.project(), world.installation(), 1);
    }

    @Test
    void whatIsOfferedToOneRunnerIsKeptFromAnother() {
        JsonNode run = world.queuedRun();
        first.offered(run);

        assertThat(reasons(run, second)).contains("offered-to-another");
        assertThat(blockers(run)).isEmpty();
    }

    @Test
    void aRunThatNamesItsRunnerIsKeptFromAnother() {
        JsonNode brief = world.brief();
        world.approve(brief);
        JsonNode run = world.request(brief, ",\"runner_id\":\"" + first.id() + "\"")
                .expect(201)
                .json();

        assertThat(reasons(run, second)).contains("pinned-to-another-runner");
        second.poll().expect(204);
        first.offered(run);
    }

    @Test
    void aRunnerAtWorkOnAllItMayHaveIsWaitedFor() {
        second.start(world.queuedRun(World.intent("First.")));
        JsonNode run = world.queuedRun(World.intent("Second."));

        assertThat(reasons(run, second)).containsExactly("at-capacity");
        assertThat(blockers(run)).isEmpty();
        second.poll().expect(204);
    }

    @Test
    void whatNoRunnerMayHaveIsSaidSo() {
        JsonNode run = world.queuedRun();
        for (RunnerClient runner : List.of(first, second)) {
            world.change(runner, "{\"allowed_projects\":[]}");
        }

        assertThat(blockers(run)).containsExactly("no-runner");
        assertThat(reasons(run, first)).contains("not-allowed-project");
    }

    @Test
    void whatNobodyApprovesInTimeHasFailed() {
        JsonNode run = world.request(world.brief());
        Rows.database()
                .sql("update foundry_run_requests set queue_expires_at = alloy_now() where id = :id")
                .param("id", run.path("id").asString())
                .update();
        first.poll().expect(204);

        assertThat(world.read(run).path("status").asString()).isEqualTo("failed");
        assertThat(world.read(run).at("/failure/code").asString()).isEqualTo("expired-unapproved");
    }

    @Test
    void everyReasonIsMetByATest() throws IOException {
        Set<String> codes = codes(Files.readAllLines(Path.of("docs/dispatch.md")));
        assertThat(codes).hasSizeGreaterThan(35).contains("four-eyes", "at-capacity", "gate-failed", "lost");

        assertThat(unmet(codes)).isEmpty();
        assertThat(unmet(Set.of("no-" + "such-reason", "at-capacity"))).containsExactly("no-" + "such-reason");
    }

    private static Set<String> codes(List<String> page) {
        Set<String> codes = new TreeSet<>();
        List<String> section =
                page.subList(page.indexOf("## Why is my run not running?"), page.indexOf("## Not there yet"));
        for (String line : section) {
            var row = ROW.matcher(line);
            var failures = ROW_OF_FAILURES.matcher(line);
            if (failures.matches()) {
                CODE.matcher(failures.group(1)).results().forEach(match -> codes.add(match.group(1)));
            } else if (row.matches()) {
                CODE.matcher(row.group(1)).results().forEach(match -> codes.add(match.group(1)));
            }
        }
        return codes;
    }

    /** Those that stand in no test as a word of a text. */
    private static List<String> unmet(Set<String> codes) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            String tests = files.filter(file -> file.toString().endsWith(".java"))
                    .map(ReasonScenarioTests::read)
                    .collect(Collectors.joining());
            return codes.stream()
                    .filter(code -> !Pattern.compile("(?<![a-z-])" + code + "(?![a-z-])")
                            .matcher(tests)
                            .find())
                    .sorted()
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode explanation(JsonNode run) {
        return world.admin()
                .get(RunnerClient.path(run) + "/dispatch-explanation")
                .expect(200)
                .json();
    }

    private List<String> blockers(JsonNode run) {
        return explanation(run).path("blockers").findValuesAsString("code");
    }

    private List<String> reasons(JsonNode run, RunnerClient runner) {
        return StreamSupport.stream(explanation(run).path("runners").spliterator(), false)
                .filter(view -> view.path("runner_id").asString().equals(runner.id()))
                .flatMap(view -> view.path("reasons").findValuesAsString("code").stream())
                .toList();
    }
}
