package dev.alloy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class DemoJournalTests {

    @TempDir
    Path parent;

    @Test
    void remembersEntriesInTheNextProcess() {
        journal(DemoCheckpoint.NONE).write("runner", entry("id", "runner_1"));
        journal(DemoCheckpoint.NONE).write("engineer", entry("token", "secret"));
        journal(DemoCheckpoint.NONE).write("runner", entry("id", "runner_2"));

        assertThat(journal(DemoCheckpoint.NONE).find("runner")).contains(entry("id", "runner_2"));
        assertThat(journal(DemoCheckpoint.NONE).find("engineer")).contains(entry("token", "secret"));
        assertThat(journal(DemoCheckpoint.NONE).find("reviewer")).isEmpty();
    }

    @Test
    void forgetsSecretsWhenTheDemoEnds() throws Exception {
        var journal = journal(DemoCheckpoint.NONE);
        journal.write("engineer", entry("token", "secret"));
        journal.finish(entry("run_request_id", "runreq_1"));

        assertThat(journal.finished()).contains(entry("run_request_id", "runreq_1"));
        assertThat(Files.readString(parent.resolve("demo/journal.json"))).doesNotContain("secret");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void belongsToItsOwnerAloneAndLeavesNoDraft() throws Exception {
        journal(DemoCheckpoint.NONE).write("engineer", entry("token", "secret"));

        assertThat(permissions("demo")).isEqualTo("rwx------");
        assertThat(permissions("demo/journal.json")).isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(parent.resolve("demo"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void isOnTheDiskBeforeTheNextStepBegins() {
        var found = new AtomicInteger();
        var reader = journal(DemoCheckpoint.NONE);
        journal(() -> reader.find("runner").ifPresent(entry -> found.incrementAndGet()))
                .write("runner", entry("id", "runner_1"));

        assertThat(found).hasValue(1);
    }

    @Test
    void saysWhatToDoWhenItIsDamaged() throws Exception {
        Files.createDirectories(parent.resolve("demo"));
        Files.writeString(parent.resolve("demo/journal.json"), "{");

        assertThatExceptionOfType(DemoStopped.class)
                .isThrownBy(() -> journal(DemoCheckpoint.NONE).find("runner"))
                .withMessageContaining("Delete it");
    }

    private DemoJournal journal(DemoCheckpoint checkpoint) {
        return new DemoJournal(parent.resolve("demo"), checkpoint);
    }

    private String permissions(String path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(parent.resolve(path)));
    }

    private static ObjectNode entry(String member, String value) {
        return JsonNodeFactory.instance.objectNode().put(member, value);
    }
}
