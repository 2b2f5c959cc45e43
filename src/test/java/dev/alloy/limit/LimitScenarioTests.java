package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Await;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.Statements;
import dev.alloy.testing.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a token and an organization may take of the service, on a replica with narrow limits. */
class LimitScenarioTests {

    private static final int OF_TOKEN = 60;
    private static final int OF_ORGANIZATION = 100;
    private static final int AT_ONCE = 3;
    private static final int DECISIONS_AT_ONCE = 2;
    private static final int WAITING = 20;

    private static final Statements STATEMENTS = new Statements();

    private static Replicas replicas;

    @BeforeAll
    static void start() {
        replicas = Replicas.start(
                STATEMENTS,
                Map.of(
                        "alloy.limit.window", "10m",
                        "alloy.limit.token-requests", String.valueOf(OF_TOKEN),
                        "alloy.limit.organization-requests", String.valueOf(OF_ORGANIZATION),
                        "alloy.limit.organization-at-once", String.valueOf(AT_ONCE),
                        "alloy.limit.token-at-once", String.valueOf(AT_ONCE),
                        "alloy.limit.organization-at-work", String.valueOf(AT_ONCE),
                        "alloy.limit.organization-waiting", String.valueOf(WAITING),
                        "alloy.limit.longest-wait", "3s",
                        "alloy.http.body-grace", "1s",
                        "spring.datasource.hikari.maximum-pool-size", String.valueOf(AT_ONCE + 2)));
        // The bootstrap token makes the worlds; its own limit is the same.
        bootstrap = List.of(World.on(replicas.port(0)), World.on(replicas.port(0)), World.on(replicas.port(0)));
    }

    private static List<World> bootstrap = List.of();

    @AfterAll
    static void stop() {
        replicas.close();
    }

    @Test
    void aTokenIsToldWhatIsLeftAndThenToWait() {
        World world = bootstrap.get(0);
        Api ann = world.person("ann", "\"view\"");
        Api bea = world.person("bea", "\"view\"");

        for (int left = OF_TOKEN - 1; left >= 0; left--) {
            Api.Answer answer = ann.get("/api/whoami").expect(200);
            assertThat(answer.header("RateLimit-Policy"))
                    .isEqualTo("\"token\";q=60;w=600, \"organization\";q=100;w=600");
            assertThat(answer.header("RateLimit")).startsWith("\"token\";r=" + left + ";t=");
        }
        Api.Answer refused = ann.get("/api/whoami").expect(429);

        assertThat(refused.problem()).isEqualTo("too-many-requests");
        assertThat(refused.json().path("limit").asString()).isEqualTo("token");
        assertThat(Integer.parseInt(String.valueOf(refused.header("Retry-After"))))
                .isBetween(1, 10);
        assertThat(refused.header("RateLimit")).startsWith("\"token\";r=0;");
        // Whose the credential is was known: nobody looked it up for that.
        assertThat(STATEMENTS.during(() -> ann.get("/api/whoami").expect(429)).statements())
                .isEmpty();
        bea.get("/api/whoami").expect(200);

        int served = 1;
        while (bea.get("/api/whoami").status() == 200) {
            served++;
        }
        assertThat(served).isLessThanOrEqualTo(OF_ORGANIZATION - OF_TOKEN);
        assertThat(bea.get("/api/whoami").expect(429).json().path("limit").asString())
                .isEqualTo("organization");
        world.admin().get("/actuator/health").expect(200);
    }

    @Test
    void aNoisyOrganizationDoesNotDelayAnothersPolls() throws Exception {
        World noisy = bootstrap.get(1);
        World quiet = bootstrap.get(2);
        JsonNode brief = noisy.brief();
        JsonNode waiting = quiet.queuedRun();
        List<Api> people = List.of(
                noisy.person("p1", "\"view\",\"compile_briefs\""), noisy.person("p2", "\"view\",\"compile_briefs\""));
        List<CompletableFuture<Api.Answer>> posts = new ArrayList<>();
        CompletableFuture<Api.Answer> ownPoll;
        try (Connection connection = holding(brief)) {
            for (int i = 0; i < WAITING - 1; i++) {
                posts.add(post(people.get(i % 2), noisy, brief, i));
            }
            Await.until(() -> blocked() == DECISIONS_AT_ONCE);
            ownPoll =
                    noisy.runnerApi().getLater("/api/runners/" + noisy.runner() + "/run-requests/next?wait_seconds=30");

            quiet.firstRunner().offered(waiting);
            quiet.runnerApi().get("/api/whoami").expect(200);
            assertThat(posts).noneMatch(CompletableFuture::isDone);
            connection.rollback();
        }

        List<Integer> statuses =
                posts.stream().map(post -> post.join().status()).toList();
        assertThat(statuses).containsOnly(200, 201);
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(2);
        // A poll that waited for its turn waits for a run like any other.
        assertThat(ownPoll).isNotDone();
        noisy.approve(brief);
        ownPoll.join().expect(200);
    }

    /** Whoever sends a body slowly keeps a thread for some seconds, and nothing that works. */
    @Test
    void aBodyThatNeverEndsIsCutOff() throws Exception {
        World world = bootstrap.get(1);
        String runner = "POST /api/runners/" + world.runner()
                + "/heartbeat HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + world.runnerKey()
                + "\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{";
        try (Socket slow = new Socket("localhost", replicas.port(0))) {
            slow.getOutputStream().write(runner.getBytes(StandardCharsets.ISO_8859_1));
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return new String(slow.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            world.person("quick", "\"view\"").get("/api/projects").expect(200);
            while (!answer.isDone()) {
                trickle(slow);
            }

            assertThat(answer.join()).startsWith("HTTP/1.1 408 ").contains("/problems/body-too-slow", "RateLimit: ");
        }
    }

    /** A byte, and a little while that the other side has for its answer. */
    private static void trickle(Socket slow) {
        try {
            slow.getOutputStream().write(' ');
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        } catch (IOException e) {
            // Cut off: the answer is there.
        }
    }

    @Test
    void moreThanMayWaitAreRefusedAndWhoWaitsTooLongIsToldSo() throws SQLException {
        World world = bootstrap.get(2);
        JsonNode brief = world.brief(World.intent("Wait."));
        Api person = world.person("w1", "\"view\",\"compile_briefs\"");
        List<CompletableFuture<Api.Answer>> posts = new ArrayList<>();
        try (Connection connection = holding(brief)) {
            for (int i = 0; i < DECISIONS_AT_ONCE + WAITING + 5; i++) {
                posts.add(post(person, world, brief, i));
            }
            Await.until(() -> posts.stream().filter(CompletableFuture::isDone).count() == WAITING + 5);
            connection.rollback();
        }

        List<Api.Answer> refused = posts.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.status() == 429)
                .toList();
        assertThat(refused).hasSize(WAITING + 5);
        assertThat(refused.stream().filter(answer -> answer.text().contains("too long")))
                .hasSize(WAITING);
        assertThat(refused).allMatch(answer -> answer.problem().equals("too-many-at-once"));
        assertThat(refused).allMatch(answer -> answer.header("Retry-After") != null);
        person.get("/api/whoami").expect(200);
    }

    /** Method, path, body; and what it is refused with, whether anybody floods or not. */
    private static final List<Hostile> HOSTILE = List.of(
            new Hostile("POST", "/api/projects", "{\"name\":", 400),
            new Hostile("POST", "/api/projects", "[".repeat(5_000), 400),
            new Hostile("POST", "/api/projects", "{\"name\":1e400}", 400),
            new Hostile("POST", "/api/projects", "{\"name\":\"\\ud800\"}", 400),
            new Hostile("POST", "/api/projects", "{\"name\":\"a\",\"name\":\"b\"}", 400),
            new Hostile("POST", "/api/projects", "{\"name\":\"" + "x".repeat(2_000_000) + "\"}", 413),
            new Hostile("POST", "/api/run-requests/run_none/completed", "{}", 403),
            new Hostile("GET", "/api/run-requests?cursor=forged", null, 400),
            new Hostile("GET", "/api/run-requests?limit=1&limit=2", null, 400),
            new Hostile("GET", "/api/run-requests?=1", null, 400),
            new Hostile("GET", "/api/run-requests/run_01ARZ3NDEKTSV4RRFFQ69G5FAV", null, 404),
            new Hostile("GET", "/api/nothing", null, 404),
            new Hostile("BREW", "/api/projects", null, 405));

    private record Hostile(
            String method, String path, @Nullable String body, int status) {

        int sentBy(Api caller) {
            byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
            return caller.send(method, path, bytes, bytes == null ? null : "application/json")
                    .status();
        }
    }

    /** As many of an organization's posts wait as may; what is hostile is refused as ever, or before anybody looks at it. */
    @Test
    void whatIsHostileIsRefusedAsEverMeanwhile() throws SQLException {
        World noisy = bootstrap.get(1);
        Api other = bootstrap.get(2).person("calm", "\"view\",\"administer\"");
        JsonNode brief = noisy.brief(World.intent("Flood."));
        Api flooding = noisy.person("flooding", "\"view\",\"compile_briefs\"");
        List<CompletableFuture<Api.Answer>> posts = new ArrayList<>();
        try (Connection connection = holding(brief)) {
            for (int i = 0; i < DECISIONS_AT_ONCE + WAITING; i++) {
                posts.add(post(flooding, noisy, brief, i));
            }
            Await.until(() -> blocked() == DECISIONS_AT_ONCE);

            for (Hostile hostile : HOSTILE) {
                assertThat(hostile.sentBy(other)).as(hostile.toString()).isEqualTo(hostile.status());
                assertThat(hostile.sentBy(flooding)).as(hostile.toString()).isIn(hostile.status(), 403, 429);
                assertThat(hostile.sentBy(Api.on(replicas.port(0)).as(null)))
                        .as(hostile.toString())
                        .isIn(401, 400);
            }
            connection.rollback();
        }

        assertThat(posts)
                .extracting(CompletableFuture::join)
                .extracting(Api.Answer::status)
                .isSubsetOf(200, 201, 429);
    }

    /** Nobody waits in line for the same thing twice: a place is left for whoever wants something else. */
    @Test
    void equalRunRequestsOfOneCredentialAreOne() throws Exception {
        World world = bootstrap.get(1);
        JsonNode brief = world.brief(World.intent("Once."));
        Api person = world.person("same", "\"view\",\"compile_briefs\"");
        List<CompletableFuture<Api.Answer>> posts = new ArrayList<>();
        CompletableFuture<Api.Answer> other;
        try (Connection connection = holding(brief)) {
            for (int i = 0; i < WAITING; i++) {
                posts.add(post(person, world, brief, 0));
            }
            Await.until(() -> blocked() == 1);
            other = post(person, world, brief, 1);
            Await.until(() -> blocked() == 2);
            connection.rollback();
        }

        List<Api.Answer> answers = posts.stream().map(CompletableFuture::join).toList();
        // The two that held the lock together go on at once, and one of them is the first.
        assertThat(Stream.concat(answers.stream(), Stream.of(other.join())))
                .extracting(Api.Answer::status)
                .containsOnly(200, 201);
        assertThat(answers)
                .extracting(answer -> answer.json().path("id").asString())
                .containsOnly(other.join().json().path("id").asString());
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 200)
                .extracting(answer -> answer.header("Idempotent-Replayed"))
                .containsOnly("true");
    }

    @Test
    void costlyQuestionsKeepNobodyElseWaiting() throws Exception {
        World world = bootstrap.get(2);
        Api auditor = world.person("auditor", "\"view\"");
        List<CompletableFuture<Api.Answer>> verifications = new ArrayList<>();
        try (Connection connection = holding("lock table audit_events in access exclusive mode")) {
            for (int i = 0; i < WAITING; i++) {
                verifications.add(auditor.getLater("/api/audit-verification"));
            }
            Await.until(() -> blocked() == 1);

            world.runnerApi()
                    .post("/api/runners/" + world.runner() + "/heartbeat", "{\"leases\":[]}")
                    .expect(200);
            auditor.get("/api/projects").expect(200);
            connection.rollback();
        }

        assertThat(verifications)
                .extracting(CompletableFuture::join)
                .extracting(Api.Answer::status)
                .contains(200)
                .isSubsetOf(200, 429);
    }

    /** Equal but for the bytes, so that none of them waits for another. */
    private static CompletableFuture<Api.Answer> post(Api person, World world, JsonNode brief, int number) {
        return person.postLater(
                "/api/projects/" + world.project() + "/run-requests",
                "{\"formation_brief_id\":\"" + brief.path("id").asString() + "\"}" + " ".repeat(number));
    }

    /** Whoever asks for a run of this brief waits in the database until this transaction ends. */
    private static Connection holding(JsonNode brief) throws SQLException {
        return holding("select 1 from formation_brief_compilations where id = '"
                + brief.path("id").asString() + "' for update");
    }

    private static Connection holding(String lock) throws SQLException {
        Connection connection = replicas.dataSource().getConnection();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(lock);
        }
        return connection;
    }

    private static long blocked() {
        return replicas.database()
                .sql(
                        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
                .query(Long.class)
                .single();
    }
}
