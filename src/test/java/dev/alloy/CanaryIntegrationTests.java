package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Browser;
import dev.alloy.testing.RawHttp;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.ServiceProcess;
import dev.alloy.testing.TraceFile;
import dev.alloy.testing.World;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Words that must not get about are sent through everything, and then looked for in all that the service says: its log, which is
 * structured here, its refusals, its metrics, its exports and its database.
 */
class CanaryIntegrationTests {

    /** In an intent, so in prompts; they belong into artifacts and nowhere else. */
    private static final String PROMPT = "canaryprompt7f3a";

    /** In bodies that are refused. */
    private static final String BODY = "canarybody91c2";

    /** What somebody looked for in the console. */
    private static final String SEARCH = "canarysearch55d0";

    private static final List<String> secrets = new ArrayList<>();
    private static final List<String> refusals = new ArrayList<>();

    @TempDir
    static Path directory;

    private static ServiceProcess service;
    private static World world;
    private static JsonNode run;
    private static String log;
    private static String metrics;
    private static String exported;
    private static String report;

    @BeforeAll
    static void goThroughEverything() {
        service = ServiceProcess.start(
                directory,
                Map.of(
                        "logging.structured.format.console", "ecs",
                        "management.server.port", "0",
                        "logging.level.dev.alloy", "debug"));
        int port = service.port();
        world = World.on(port);
        secrets.add(Api.BOOTSTRAP_TOKEN);
        issueSecrets();
        run = runWithTheCanary();
        search(port);
        refuse(port);
        metrics = Api.on(managementPort(port))
                .as(null)
                .get("/actuator/prometheus")
                .expect(200)
                .text();
        Api reader = world.person("reader", "\"view\"");
        exported = reader.with("Accept", "application/x-ndjson")
                        .get("/api/audit-events")
                        .expect(200)
                        .text()
                + reader.get("/api/audit-events?limit=200").expect(200).text()
                + reader.get(RunnerClient.path(run) + "/evidence").expect(200).text()
                + reader.get(RunnerClient.path(run) + "/events").expect(200).text();
        report = reader.get(RunnerClient.path(run) + "/report").expect(200).text();
        service.stop();
        log = service.output();
    }

    @AfterAll
    static void end() {
        service.close();
    }

    private static int managementPort(int main) {
        return Pattern.compile("Tomcat started on port (\\d+)")
                .matcher(service.output())
                .results()
                .map(found -> Integer.parseInt(found.group(1)))
                .filter(port -> port != main)
                .findFirst()
                .orElseThrow();
    }

    private static void issueSecrets() {
        secret(world.token("ann", "\"view\"", ""), "token");
        JsonNode registration = world.registrationToken("");
        secret(registration, "registration_token");
        secret(
                world.admin()
                        .as(registration.path("registration_token").asString())
                        .with("Idempotency-Key", "register")
                        .post("/api/runners/register", "{\"name\":\"r\"}")
                        .expect(201)
                        .json(),
                "runner_key");
        secret(
                world.admin()
                        .with("Idempotency-Key", "rotate")
                        .post("/api/runners/" + world.runner() + "/rotate-key", "{}")
                        .expect(200)
                        .json(),
                "runner_key");
    }

    private static void secret(JsonNode answer, String member) {
        secrets.add(answer.path(member).asString());
    }

    private static JsonNode runWithTheCanary() {
        ObjectNode intent = World.intent("Say " + PROMPT + " in every prompt.");
        JsonNode run = world.queuedRun(intent);
        RunnerClient.Lease lease = world.firstRunner().start(run);
        secrets.add(lease.token());
        secrets.add(lease.callbackToken());
        lease.post("events", "{\"events\":[{\"sequence\":1,\"type\":\"note\",\"detail\":{\"said\":\"hello\"}}]}");
        lease.post("heartbeat", "{}");
        lease.post("completed", World.result(run)).expect(200);
        world.admin()
                .post(
                        RunnerClient.path(run) + "/traces?trace_format=foundry.process_result",
                        TraceFile.ofDryRun(null, world.project()).text())
                .expect(201);
        assertThat(world.admin()
                        .get("/api/prompt-packs/" + run.path("prompt_pack_id").asString() + "/compiled")
                        .expect(200)
                        .text())
                .contains(PROMPT);
        return run;
    }

    private static void search(int port) {
        try (Browser browser = Browser.signedIn(port, world.token("searcher", "\"view\"", ""))) {
            browser.raw().get("/search?q=" + SEARCH).expect(200);
            refused(browser.raw().get("/search?q=" + SEARCH + "%0A"));
            refused(browser.raw().get("/search?q=" + SEARCH + "&q=2"));
            refused(browser.raw().get("/runs?state=" + SEARCH));
            secrets.forEach(secret -> refused(browser.raw().get("/search?q=" + secret)));
            secrets.add(String.valueOf(browser.cookie()).substring("alloy=".length()));
        }
    }

    /** Secrets and bodies where they do not belong, each to be refused. */
    private static void refuse(int port) {
        Api admin = world.admin();
        for (String secret : secrets) {
            Api asSecret = admin.as(secret);
            refused(asSecret.get("/api/projects?token=" + secret));
            refused(asSecret.post("/api/organizations", "{\"id\":\"" + BODY + "\"}"));
            refused(admin.get("/api/projects/" + secret));
            refused(admin.get("/api/projects/" + secret.replace("_", "%5f").replace("a", "%61")));
            for (String line : List.of(
                    "GET /" + secret + "|<> HTTP/1.1\r\nHost: x",
                    "GET / HTTP/1.1\r\nHost: " + secret,
                    "G@T /" + secret + " HTTP/1.1\r\nHost: x")) {
                RawHttp.send(port, (line + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            refused(admin.get("/api/run-requests/" + secret + "/evidence"));
            refused(world.person("p", "\"view\"").post("/api/runners/" + secret + "/revoke", "{}"));
            refused(admin.with("X-Correlation-Id", secret).get("/api/projects/nowhere"));
            refused(admin.with("Idempotency-Key", secret).post("/api/projects", "{}"));
            refused(admin.with("If-Match", "\"" + secret + "\"")
                    .patch("/api/projects/" + world.project(), "{\"name\":\"x\"}"));
            refused(admin.with("Alloy-Lease", secret).post(RunnerClient.path(run) + "/heartbeat", "{}"));
            refused(admin.as(secret + "0").get("/api/projects"));
            refused(admin.post("/api/access-tokens", "{\"" + secret + "\":1}"));
            RawHttp.send(
                    port,
                    ("GET /api/projects/" + secret + "/%2e%2e/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
        }
        refused(admin.post("/api/projects", "{\"id\":\"" + BODY));
        refused(admin.post("/api/projects", "{\"name\":\"" + BODY + "\",\"organization_id\":7}"));
        refused(admin.post(
                "/api/organizations", "{\"id\":\"" + world.organization() + "\",\"name\":\"" + BODY + "\"}"));
        refused(admin.post(
                "/api/projects/" + world.project() + "/formation-briefs",
                "{\"source_intent\":{\"mission\":\"" + BODY + "\"}}"));
        refused(admin.post(
                RunnerClient.path(run) + "/traces?trace_format=foundry.process_result", "{\"" + "a\":\"" + BODY));
        refused(admin.post(RunnerClient.path(run) + "/cancel", "{\"reason\":\"" + BODY + "\"}"));
        assertThat(refusals).allMatch(text -> text.startsWith("4"), "every one is refused, and none fails");
    }

    private static void refused(Api.Answer answer) {
        refusals.add(answer.status() + " " + answer.response().headers().map() + " " + answer.text());
    }

    @Test
    void theLogIsOneDocumentALineWithTheCorrelationId() {
        List<String> lines = log.lines().filter(line -> !line.isBlank()).toList();

        assertThat(lines).hasSizeGreaterThan(10).allSatisfy(line -> assertThat(
                        JsonMapper.shared().readTree(line).path("@timestamp").asString())
                .isNotEmpty());
        assertThat(lines).anyMatch(line -> !JsonMapper.shared()
                .readTree(line)
                .path("correlation_id")
                .asString("")
                .isEmpty());
    }

    @Test
    void theLogHoldsNoSecretNoBodyAndNoPrompt() {
        assertThat(log).doesNotContain(PROMPT, BODY, SEARCH);
        assertNoSecretIn(log);
    }

    @Test
    void refusalsRepeatNoSecretAndNoValue() {
        assertThat(refusals).hasSizeGreaterThan(50);
        refusals.forEach(text -> {
            assertThat(text).doesNotContain(PROMPT);
            assertNoSecretIn(text);
        });
    }

    @Test
    void metricsHoldNeitherSecretsNorWords() {
        assertThat(metrics).contains("http_server_requests_seconds_count").doesNotContain(PROMPT, BODY, SEARCH);
        assertNoSecretIn(metrics);
    }

    @Test
    void exportsHoldNoSecretAndNoPrompt() {
        assertThat(exported).contains("run.").doesNotContain(PROMPT, BODY, SEARCH);
        assertNoSecretIn(exported);
        assertNoSecretIn(report);
    }

    @Test
    void noTableHoldsASecretAndNoAuditRowAPrompt() {
        JdbcClient database = service.database().jdbc();
        List<String> tables = database.sql(
                        "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'")
                .query(String.class)
                .list();
        assertThat(tables).hasSizeGreaterThan(20);
        for (String table : tables) {
            for (String secret : secrets) {
                String random = random(secret);
                assertThat(count(database, table, random)).as(table).isZero();
                assertThat(count(database, table, HexFormat.of().formatHex(random.getBytes(StandardCharsets.US_ASCII))))
                        .as(table)
                        .isZero();
            }
            assertThat(count(database, table, SEARCH)).as(table).isZero();
        }
        for (String table : List.of("audit_events", "audit_batches", "run_events", "kept_answers")) {
            assertThat(count(database, table, PROMPT)).as(table).isZero();
            assertThat(count(database, table, BODY)).as(table).isZero();
        }
    }

    private static int count(JdbcClient database, String table, String text) {
        return database.sql("select count(*) from " + table + " t where t::text like '%' || :text || '%'")
                .param("text", text)
                .query(Integer.class)
                .single();
    }

    private static void assertNoSecretIn(String text) {
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(6).allSatisfy(secret -> assertThat(text)
                .doesNotContain(random(secret)));
    }

    /** The part of a token that nobody may know; its public id is no secret. */
    private static String random(String secret) {
        return secret.substring(secret.lastIndexOf('_') + 1);
    }
}
