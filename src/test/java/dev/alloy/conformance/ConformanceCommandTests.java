package dev.alloy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.DocumentSchemas;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

class ConformanceCommandTests {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        return new CommandLine(new ConformanceCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
    }

    @Test
    void listsTheScenarios() {
        assertThat(run("--list")).isZero();
        assertThat(out.toString().lines()).hasSize(Conformance.scenarios().size());
        assertThat(out.toString()).contains("read-only-run", "emit-answer-lost");
    }

    @Test
    void saysWhatWasSeenAndAskedFor(@TempDir Path kept) {
        int exit = run("--only", "wrong-key", "--keep", kept.toString(), "--", "sh", "-c", "echo at {server}; exit 1");
        assertThat(exit).isEqualTo(1);
        assertThat(out.toString())
                .contains("FAIL wrong-key", "0 calls", "“The key”", "runner: at http://127.0.0.1:", "0 of 1");
        assertThat(kept.resolve("wrong-key/work/checkout-service/README.md")).exists();
    }

    @Test
    void saysHowToWaitLongerWhenItWaitedInVain() {
        assertThat(run("--only", "read-only-run", "--patience", "1", "--", "sh", "-c", "exec sleep 30"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("1 of the failed scenarios waited 1 seconds", "--patience 4");
    }

    @Test
    void saysNothingOfPatienceWhenTheRunnerEnded() {
        assertThat(run("--only", "read-only-run", "--patience", "1", "--", "false"))
                .isEqualTo(1);
        assertThat(out.toString()).doesNotContain("--patience");
    }

    @Test
    void waitsForNoTimeAtAllNever() {
        assertThat(run("--only", "read-only-run", "--patience", "0", "--", "true"))
                .isEqualTo(2);
        assertThat(run("--only", "read-only-run", "--parallel", "-1", "--", "true"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--patience and --parallel are at least 1");
    }

    @Test
    void cannotJudgeWhatItCannotStart() {
        assertThat(run("--only", "read-only-run")).isEqualTo(2);
        assertThat(run("--only", "no-such", "--", "true")).isEqualTo(2);
        assertThat(run("--only", "read-only-run", "--", "/no/such/program")).isEqualTo(2);
        assertThat(err.toString()).contains("no-such", "/no/such/program");
    }

    @Test
    void everySectionStandsInThePage() throws Exception {
        String page = Files.readString(Path.of("docs/runner-protocol.md"));
        List<String> sections = new ArrayList<>();
        for (Field field : Section.class.getDeclaredFields()) {
            if (field.getType() == String.class) {
                sections.add("\n## " + field.get(null) + "\n");
            }
        }
        assertThat(sections).hasSizeGreaterThan(5).allSatisfy(heading -> assertThat(page)
                .contains(heading));
    }

    @Test
    void theResultThatIsRefusedForAMissingMemberIsDescribed() throws Exception {
        String page = Files.readString(Path.of("docs/runner-protocol.md"));
        var schema = JsonMapper.shared()
                .readTree(DocumentSchemas.source("alloy.foundry_run_result.v1").orElseThrow());
        assertThat(schema.path("required").valueStream().map(member -> "`" + member.asString() + "`"))
                .allSatisfy(member -> assertThat(page).contains(member));
    }
}
