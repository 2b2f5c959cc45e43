package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.http.HostileValues.Hostile;
import dev.alloy.problem.ProblemType;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Endpoint;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.RawHttp;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * Every operation that the OpenAPI document describes, every member of its body, parameter and header, and every hostile value: a clear
 * refusal or a legal answer, and nothing else. What was tried is counted by class into {@code target/hostile-cases.md}.
 */
@AlloyTest
class HostileSweepScenarioTests {

    /** What a refusal must never hold: pages, stack traces, names of classes, what the database said. */
    private static final Pattern TELLTALE = Pattern.compile(
            "<html|<!doctype|\\.java:|Exception|org\\.springframework|org\\.hibernate|org\\.postgresql|dev\\.alloy|\\tat |SQLSTATE|ERROR:",
            Pattern.CASE_INSENSITIVE);

    private static final List<String> OF_READING =
            List.of("If-None-Match", "Last-Event-ID", "X-Correlation-Id", "traceparent", "Accept", "Range");

    private static final List<String> OF_WRITING =
            List.of("If-Match", "Alloy-Lease", "Idempotency-Key", "X-Correlation-Id", "Accept");

    private static final int SHARES = 3;

    private static final Map<String, int[]> TALLY = new TreeMap<>();

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private final List<String> wrong = new ArrayList<>();
    private FullWorld world;
    private World.Started started;
    private int members;

    /** What is refused once, to be sent once more when nothing else is going on. */
    private record Case(Api caller, String method, String path, byte[] body) {

        Api.Answer send() {
            return caller.send(method, path, body, "application/json");
        }
    }

    @BeforeEach
    void make() {
        world = FullWorld.fresh(port);
        started = world.world().startedRun(World.intent("Be swept."));
    }

    @AfterAll
    static void writeWhatWasTried() throws IOException {
        StringBuilder table = new StringBuilder(
                "| class | cases | refused | taken as legal | got through |\n| --- | --- | --- | --- | --- |\n");
        int[] all = new int[3];
        TALLY.forEach((kind, counts) -> {
            table.append("| %s | %d | %d | %d | %d |%n"
                    .formatted(kind, counts[0] + counts[1], counts[1], counts[0], counts[2]));
            for (int i = 0; i < all.length; i++) {
                all[i] += counts[i];
            }
        });
        table.append("| all | %d | %d | %d | %d |%n".formatted(all[0] + all[1], all[1], all[0], all[2]));
        Files.writeString(Path.of("target/hostile-cases.md"), table);
    }

    @Test
    void everyMemberOfEveryBodyWithEveryHostileValue() {
        var document =
                new OpenApiBodies(Api.on(port).get("/v3/api-docs").expect(200).json());
        int bodies = 0;
        for (Endpoint endpoint : endpoints()) {
            JsonNode operation = document.operation(endpoint);
            if (operation.path("requestBody").isMissingNode() || endpoint.takesFile()) {
                continue;
            }
            bodies++;
            String changed = Rows.lastChange();
            List<Case> refused = new ArrayList<>();
            JsonNode base = document.example(operation, named());
            for (OpenApiBodies.Member member : document.members(operation, base)) {
                for (Hostile hostile : share(HostileValues.forMember(member))) {
                    byte[] body = hostile.in(base, member);
                    Case one = new Case(caller(endpoint), endpoint.method(), path(endpoint), body);
                    Api.Answer answer = one.send();
                    if (answer.status() != 400) {
                        String now = Rows.lastChange();
                        // A result that comes second is refused, and kept as late.
                        boolean mayChange =
                                answer.status() < 400 || answer.problem().equals("result-conflict");
                        if (!mayChange && !now.equals(changed)) {
                            wrong.add("changed: " + endpoint + " " + member.pointer() + " = " + hostile.shown());
                        }
                        changed = now;
                    }
                    boolean legal = judge(
                            "body: " + hostile.kind(),
                            endpoint + " " + member.pointer() + " = " + hostile.shown(),
                            answer,
                            hostile.isNeverLegal());
                    if (!legal && answer.status() != 400) {
                        refused.add(one);
                    }
                }
            }
            changesNothing(endpoint, refused);
        }
        assertThat(wrong).isEmpty();
        assertThat(bodies).isGreaterThan(35);
    }

    /**
     * Every third value, and for the next member others, so that each value meets every third member; all of them with
     * {@code -Dalloy.sweep=full}.
     */
    private List<Hostile> share(List<Hostile> values) {
        int first = members++ % SHARES;
        return "full".equals(System.getProperty("alloy.sweep"))
                ? values
                : IntStream.range(0, values.size())
                        .filter(i -> i % SHARES == first)
                        .mapToObj(values::get)
                        .toList();
    }

    /** Once the run has ended, what comes is kept as late. */
    private static boolean endsRuns(Endpoint endpoint) {
        return endpoint.pattern().endsWith("/completed") || endpoint.pattern().endsWith("/failed");
    }

    /** Some once more, when nothing else is going on: what is refused leaves every row as it was. */
    private void changesNothing(Endpoint endpoint, List<Case> refused) {
        Map<String, String> before = Rows.of(world.world().organization());
        for (int i = 0; i < refused.size() && !endsRuns(endpoint); i += 5) {
            refused.get(i).send();
        }
        if (!Rows.of(world.world().organization()).equals(before)) {
            wrong.add(endpoint + " changes rows by what it refuses");
        }
    }

    /** Bodies that are files go another way than all others, past the reader that those have. */
    @Test
    void everyFileThatIsNone() {
        Map<String, byte[]> files = new TreeMap<>(HostileBodies.unreadable());
        files.putAll(HostileBodies.beyondLimits());
        Map<String, String> before = Rows.of(world.world().organization());
        int operations = 0;
        for (Endpoint endpoint : endpoints()) {
            if (!endpoint.takesFile()) {
                continue;
            }
            operations++;
            String path = world.path(endpoint);
            files.forEach((name, bytes) -> {
                judge(
                        "file: no document",
                        endpoint + " " + name,
                        world.caller(endpoint).send(endpoint.method(), path, bytes, "application/json"),
                        true);
                judge(
                        "file: no document",
                        endpoint + " " + name + " chunked",
                        world.caller(endpoint).sendChunked(endpoint.method(), path, bytes),
                        true);
                Api zipped = world.caller(endpoint).with("Content-Encoding", "gzip");
                judge(
                        "file: no gzip",
                        endpoint + " " + name,
                        zipped.send(endpoint.method(), path, bytes, "application/json"),
                        true);
                judge(
                        "file: no document, zipped",
                        endpoint + " " + name,
                        zipped.send(endpoint.method(), path, HostileBodies.gzip(bytes), "application/json"),
                        true);
            });
            for (String type : List.of(
                    "text/html",
                    "application/xml",
                    "multipart/form-data; boundary=x",
                    "application/json; charset=utf-16",
                    "nonsense")) {
                judge(
                        "file: media type",
                        endpoint + " " + type,
                        world.caller(endpoint).send(endpoint.method(), path, HostileBodies.ascii("{}"), type),
                        true);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(operations).isEqualTo(4);
        assertThat(Rows.of(world.world().organization())).isEqualTo(before);
    }

    @Test
    void everyQueryParameterWithEveryHostileValue() {
        for (Endpoint endpoint : endpoints()) {
            if (!endpoint.method().equals("GET")) {
                continue;
            }
            String path = path(endpoint).replaceAll("\\?.*", "");
            for (String parameter : endpoint.parameters()) {
                if (parameter.equals("wait_seconds")) {
                    continue;
                }
                for (Hostile hostile : HostileValues.inTargets()) {
                    Api.Answer answer = caller(endpoint).get(path + "?" + parameter + "=" + hostile.text());
                    judge(
                            "query: " + hostile.kind(),
                            endpoint + " ?" + parameter + "=" + hostile.shown(),
                            answer,
                            false);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyPathVariableWithEveryHostileValue() {
        Map<String, String> before = Rows.everything();
        for (Endpoint endpoint : endpoints()) {
            String[] parts = endpoint.pattern().split("/");
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].startsWith("{")) {
                    for (Hostile hostile : HostileValues.inTargets()) {
                        String[] changed =
                                path(endpoint).replaceAll("\\?.*", "").split("/");
                        changed[i] = hostile.text();
                        byte[] body = world.body(endpoint);
                        Api.Answer answer = caller(endpoint)
                                .with("If-Match", "*")
                                .send(
                                        endpoint.method(),
                                        String.join("/", changed),
                                        body,
                                        body == null ? null : "application/json");
                        judge("path: " + hostile.kind(), endpoint + " with " + hostile.shown(), answer, true);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(Rows.everything()).isEqualTo(before);
    }

    @Test
    void everyHeaderWithEveryHostileValue() {
        int turn = 0;
        for (Endpoint endpoint : endpoints()) {
            if (endpoint.method().equals("DELETE") || endpoint.pattern().endsWith("/register")) {
                continue;
            }
            byte[] body = "{\"nothing_of_this_name\":1}".getBytes(StandardCharsets.UTF_8);
            boolean reads = endpoint.method().equals("GET");
            if (reads && endpoint.produces().contains("text/event-stream")) {
                continue;
            }
            for (String header : reads ? OF_READING : OF_WRITING) {
                // All values over all operations, some of them at each.
                for (Hostile hostile : HostileValues.some(HostileValues.inHeaders(), turn++, 3)) {
                    Api.Answer answer = caller(endpoint)
                            .with(header, hostile.text())
                            .send(
                                    endpoint.method(),
                                    path(endpoint),
                                    reads ? null : body,
                                    reads ? null : "application/json");
                    judge("header: " + hostile.kind(), endpoint + " " + header + ": " + hostile.shown(), answer, false);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** What no well-behaved client could send: bytes on a socket, for every operation. */
    @Test
    void everyOperationOverARawSocket() {
        for (Endpoint endpoint : endpoints()) {
            String path = path(endpoint);
            for (Hostile hostile : HostileValues.onTheWire()) {
                String request = hostile.text()
                        .replace("METHOD", endpoint.method())
                        .replace("PATH", path)
                        .replace("TOKEN", Api.BOOTSTRAP_TOKEN);
                String answer = RawHttp.send(port, request.getBytes(StandardCharsets.ISO_8859_1));
                boolean refused = answer.matches("(?s)HTTP/1\\.1 (4\\d\\d|501|505).*")
                        && !TELLTALE.matcher(answer).find();
                count(
                        "wire: " + hostile.kind(),
                        refused,
                        !refused && !endpoint.access().open());
                if (!refused && !endpoint.access().open()) {
                    wrong.add(endpoint + " " + hostile.shown() + ": " + answer);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Those that a runner makes come first: what people may do to a runner ends its calls. */
    private List<Endpoint> endpoints() {
        return Endpoint.all(mapping).stream()
                .sorted(Comparator.comparing(endpoint -> endpoint.isForPeople()))
                .toList();
    }

    private Api caller(Endpoint endpoint) {
        Api caller = world.caller(endpoint).with("If-Match", "*");
        return endpoint.isForPeople()
                ? caller
                : caller.with("Alloy-Lease", started.lease().token());
    }

    private String path(Endpoint endpoint) {
        String path = world.path(endpoint);
        return endpoint.isForPeople()
                ? path
                : path.replace(
                        world.id("run-requests"), started.run().path("id").asString());
    }

    /** Ids that make a body one of this world. */
    private Map<String, String> named() {
        World mine = world.world();
        return Map.ofEntries(
                Map.entry("organization_id", mine.organization()),
                Map.entry("project_id", mine.project()),
                Map.entry("project_ids", mine.project()),
                Map.entry("allowed_projects", mine.project()),
                Map.entry("trusted_projects", mine.project()),
                Map.entry("installation_id", mine.installation()),
                Map.entry("installation_ids", mine.installation()),
                Map.entry("runner_id", mine.runner()),
                Map.entry("run_request_id", started.run().path("id").asString()),
                Map.entry("formation_brief_id", world.id("formation-briefs")),
                Map.entry("brief_id", world.id("formation-briefs")),
                Map.entry("prompt_pack_id", world.id("prompt-packs")),
                Map.entry("evidence_definition_id", world.id("evidence-definitions")),
                Map.entry("template_id", world.id("brief-templates")));
    }

    /** Notes what is wrong with an answer; answers whether it took the value as legal. */
    private boolean judge(String kind, String what, Api.Answer answer, boolean isNeverLegal) {
        int status = answer.status();
        boolean legal = status < 400;
        @Nullable String fault = legal ? (isNeverLegal ? "taken" : null) : faultOf(answer);
        count(kind, !legal, fault != null);
        if (fault != null) {
            wrong.add(fault + ": " + what + ": " + status + " " + answer.text());
        }
        return legal;
    }

    private static @Nullable String faultOf(Api.Answer answer) {
        if (answer.status() >= 500) {
            return "failed";
        }
        if (answer.problem().isEmpty()) {
            return "no problem document";
        }
        ProblemType type = ProblemType.of(answer.problem()).orElse(null);
        if (type == null || type.status().value() != answer.status()) {
            return "wrong type";
        }
        JsonNode problem = answer.json();
        boolean whole = !problem.path("detail").asString("").isBlank()
                && !problem.path("remedy").asString("").isBlank()
                && problem.path("correlation_id").asString("").equals(answer.header("X-Correlation-Id"));
        if (!whole) {
            return "does not help";
        }
        // What the caller sent is repeated here and there; what the service is made of is not.
        String said = problem.path("title").asString()
                + problem.path("remedy").asString()
                + problem.path("detail").asString();
        return TELLTALE.matcher(said).find() ? "telltale" : null;
    }

    private static void count(String kind, boolean refused, boolean gotThrough) {
        int[] counts = TALLY.computeIfAbsent(kind, absent -> new int[3]);
        counts[refused ? 1 : 0]++;
        counts[2] += gotThrough ? 1 : 0;
    }
}
