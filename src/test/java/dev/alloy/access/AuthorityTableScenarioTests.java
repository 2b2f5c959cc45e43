package dev.alloy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Endpoint;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The table of who may call what: drawn from the annotations into a document that people review, and tried cell by cell as the document
 * says.
 */
@AlloyTest
class AuthorityTableScenarioTests {

    private static final Path DOCUMENT = Path.of("docs/authorities.md");
    private static final String REWRITE = "alloy.docs.write";
    private static final byte[] STRANGE = "{\"nothing_of_this_name\":1}".getBytes(StandardCharsets.UTF_8);

    /** The columns, in the document's order. */
    private static final List<String> COLUMNS = columns();

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private static List<String> columns() {
        List<String> columns = new ArrayList<>(
                Arrays.stream(Authority.values()).map(Authority::wireName).toList());
        columns.addAll(List.of("runner", "registration", "callback", "nobody"));
        return List.copyOf(columns);
    }

    @Test
    void theDocumentIsDrawnFromTheCode() throws IOException {
        String drawn = """
                # Who may call what

                Drawn from the code by `AuthorityTableScenarioTests`, which tries every cell over HTTP; don't edit. A column is a
                person whose token has this authority alone, or another kind of credential, or none. ● may make the call; what it
                concerns has to be within reach besides, and some calls look further: an approval takes the authority of its scope, a
                repetition that of the run's effect, and what concerns a whole organization is refused to a token that is limited to
                projects. See [access.md](access.md).

                | call | %s |
                | --- | %s |
                %s
                """.formatted(
                        COLUMNS.stream().map(column -> "`" + column + "`").collect(Collectors.joining(" | ")),
                        COLUMNS.stream().map(column -> ":-:").collect(Collectors.joining(" | ")),
                        Endpoint.all(mapping).stream()
                                .map(Endpoint::toString)
                                .distinct()
                                .map(this::row)
                                .collect(Collectors.joining("\n")));
        if (Boolean.getBoolean(REWRITE)) {
            Files.writeString(DOCUMENT, drawn);
        }
        assertThat(Files.readString(DOCUMENT))
                .as(
                        "%s is not what the code says; run ./mvnw -Dtest=AuthorityTableScenarioTests -D%s=true test and look at the difference",
                        DOCUMENT, REWRITE)
                .isEqualTo(drawn);
    }

    private String row(String call) {
        Access access = Endpoint.all(mapping).stream()
                .filter(endpoint -> endpoint.toString().equals(call))
                .findFirst()
                .orElseThrow()
                .access();
        return "| `" + call + "` | "
                + COLUMNS.stream()
                        .map(column -> allows(access, column) ? "●" : "")
                        .collect(Collectors.joining(" | "))
                + " |";
    }

    private static boolean allows(Access access, String column) {
        if (access.open() || access.anyone() && !column.equals("nobody")) {
            return true;
        }
        return switch (column) {
            case "runner" -> access.runner();
            case "registration" -> access.registration();
            case "callback" -> access.callback();
            case "nobody" -> false;
            default ->
                Arrays.stream(access.authority()).anyMatch(one -> one.wireName().equals(column));
        };
    }

    /** By the document alone, so that an annotation that is wrong is wrong in what people have read, too. */
    @Test
    void everyCellIsAsTheDocumentSays() throws IOException {
        FullWorld world = FullWorld.shared(port);
        Map<String, Api> callers = callers();
        Map<String, String> before = Rows.of(world.world().organization());
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        Map<String, List<String>> table = table();
        for (Endpoint endpoint : Endpoint.all(mapping)) {
            List<String> row = table.getOrDefault(endpoint.toString(), List.of());
            assertThat(row).as(endpoint.toString()).hasSameSizeAs(COLUMNS);
            for (int i = 0; i < COLUMNS.size(); i++) {
                Api.Answer answer = call(callers.get(COLUMNS.get(i)), endpoint, world);
                boolean refused = answer.status() == 401 || answer.problem().equals("authority-missing");
                if (refused == row.get(i).equals("●") || answer.status() >= 500) {
                    wrong.add(endpoint + " by " + COLUMNS.get(i) + ": " + answer.status() + " " + answer.text());
                }
                cells++;
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cells).isGreaterThan(1_300);
        assertThat(Rows.of(world.world().organization())).isEqualTo(before);
    }

    /** At nothing and with a body that fits nowhere: who may make the call is told something else than that they may not. */
    private static Api.Answer call(@Nullable Api caller, Endpoint endpoint, FullWorld world) {
        boolean hasBody = endpoint.schema().isPresent() || endpoint.takesFile();
        return Objects.requireNonNull(caller)
                .with("If-Match", "*")
                .send(
                        endpoint.method(),
                        world.pathToNothing(endpoint),
                        hasBody ? STRANGE : null,
                        hasBody ? "application/json" : null);
    }

    private Map<String, Api> callers() {
        World own = World.on(port);
        Map<String, Api> callers = new LinkedHashMap<>();
        for (Authority authority : Authority.values()) {
            callers.put(
                    authority.wireName(),
                    own.person("only-" + authority.wireName(), "\"" + authority.wireName() + "\""));
        }
        callers.put("runner", own.runnerApi());
        callers.put(
                "registration",
                own.admin()
                        .as(own.registrationToken("").path("registration_token").asString()));
        callers.put("callback", own.admin().as(own.startedRun().lease().callbackToken()));
        callers.put("nobody", own.admin().as(null));
        return callers;
    }

    private static Map<String, List<String>> table() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `") && line.contains("/api/"))
                .map(line -> line.split("\\|", -1))
                .collect(Collectors.toMap(cells -> cells[1].strip().replace("`", ""), cells -> Arrays.stream(cells)
                        .skip(2)
                        .limit(COLUMNS.size())
                        .map(String::strip)
                        .toList()));
    }
}
