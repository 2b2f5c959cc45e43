package dev.alloy;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Statements;
import dev.alloy.testing.World;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How often the calls of a cycle ask the database. Whoever needs more than a budget decides it here; see docs/performance.md. */
class HotCallScenarioTests {

    private static final Map<String, Integer> BUDGET =
            Map.of("create", 4, "next", 3, "accepted", 3, "started", 3, "completed", 5);

    private final Statements statements = new Statements();
    private final Map<String, Statements.Sent> sent = new LinkedHashMap<>();

    @Test
    void noCallAsksMoreThanItsBudget() {
        try (Replicas replicas = Replicas.start(statements)) {
            World world = World.on(replicas.port(0));
            JsonNode brief = world.brief();
            world.approve(brief);
            // The first run of a brief reads what the next ones need not.
            cycle(world, brief, "ann");
            cycle(world, brief, "bob");
        }

        SoftAssertions.assertSoftly(softly -> sent.forEach((call, asked) -> softly.assertThat(asked.statements())
                .as("'%s' makes %s commits, and these statements", call, asked.commits())
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(Objects.requireNonNull(BUDGET.get(call)))));
    }

    private void cycle(World world, JsonNode brief, String name) {
        Api person = world.person(name, "\"view\",\"compile_briefs\"");
        RunnerClient runner = world.firstRunner();
        person.get("/api/whoami").expect(200);
        JsonNode run = counted(
                "create", () -> World.requestAs(person, brief, "").expect(201).json());
        counted("next", () -> runner.poll().expect(200));
        RunnerClient.Lease lease = counted("accepted", () -> runner.acceptOffered(run, "{}"));
        counted("started", lease::start);
        counted("completed", () -> lease.post("completed", World.result(run)).expect(200));
    }

    private <A> A counted(String call, Supplier<A> made) {
        AtomicReference<A> answer = new AtomicReference<>();
        sent.put(call, statements.during(() -> answer.set(made.get())));
        return Objects.requireNonNull(answer.get());
    }
}
