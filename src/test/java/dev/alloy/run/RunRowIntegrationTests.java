package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.access.Caller;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A run that SQL answers is the run that Hibernate reads. */
@AlloyTest
class RunRowIntegrationTests {

    @LocalServerPort
    private int port;

    @Autowired
    private Runs runs;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void aRunThatWaits() {
        assertSame(world.request(world.brief()));
    }

    @Test
    void aRunThatEnded() {
        World.Started started = world.startedRun();
        started.complete();

        assertSame(started.run());
    }

    private void assertSame(JsonNode run) {
        RunRequest read = Rows.database()
                .sql("select " + RunRow.COLUMNS + " from foundry_run_requests r where r.id = :id")
                .param("id", run.path("id").asString())
                .query(RunRow.MAPPER)
                .single();

        assertThat(read)
                .usingRecursiveComparison()
                .isEqualTo(runs.get(
                        Caller.system(world.organization()), run.path("id").asString()));
    }
}
