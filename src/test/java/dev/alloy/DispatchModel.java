package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.run.ClaimProbe;
import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What dispatch has to do, kept in step with what it does; see docs/run-states.md. Time is in seconds from the beginning. */
final class DispatchModel {

    /** Ten times what they are by default, so that what a slow machine takes in between does not matter. */
    private static final int OFFER = 300;

    private static final int LEASE = 900;
    private static final int JUMP = 400;
    private static final int NOBODY = -1;
    private static final int OPINIONS_EVERY = 4;
    private static final int OPINIONS_ON = 3;

    /** What the replicas have to be started with. */
    static final Map<String, String> SETTINGS =
            Map.of("alloy.run.offer-ttl", OFFER + "s", "alloy.run.lease-ttl", LEASE + "s");

    private static final String WHY = "{\"reason\":\"Because.\"}";
    private static final String STARTED = "{\"repo_revision_before\":\"" + World.REVISION + "\"}";

    /** A run as it has to be. */
    private static final class Run {

        private final String id;
        private final int brief;
        private final boolean mutating;
        private int order;
        private String status;
        private int attempts;
        private int unanswered;
        private boolean parked;
        private boolean cancelling;
        private boolean everStarted;
        private int runner = NOBODY;
        private int offered;
        private int ends;
        private @Nullable String superseded;

        Run(String id, int brief, boolean mutating, int order, String status) {
            this.id = id;
            this.brief = brief;
            this.mutating = mutating;
            this.order = order;
            this.status = status;
        }

        boolean is(String... states) {
            return List.of(states).contains(status);
        }

        boolean hasEnded() {
            return is("completed", "completed_with_findings", "failed", "cancelled");
        }

        boolean keepsItsBranch() {
            return mutating && is("accepted", "executing", "lost");
        }
    }

    /** A lease token that was given out once. */
    private record Token(Run run, int runner, int attempt, String text) {}

    private final Replicas replicas;
    private final Random random;
    private final World world;
    private final String idle;
    private final String idleKey;
    private final List<RunnerClient> runners;
    private final List<JsonNode> briefs = new ArrayList<>();
    private final List<String> people = new ArrayList<>();
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private final Map<String, Run> byRequest = new TreeMap<>();
    private final List<Token> tokens = new ArrayList<>();
    private final ClaimProbe claims;
    private int now;
    private int orders;
    private int steps;
    private String last = "nothing yet";

    DispatchModel(Replicas replicas, long seed) {
        this.replicas = replicas;
        this.random = new Random(seed);
        world = World.on(replicas.port(0));
        claims = new ClaimProbe(replicas, world.organization());
        runners = List.of(world.firstRunner(), world.anotherRunner(2), world.anotherRunner(2));
        runners.forEach(runner -> world.change(runner, "{\"trusted_projects\":[\"" + world.project() + "\"]}"));
        // Allowed nothing, so that its polls do nothing but end what is over.
        idle = world.register(world.project(), world.installation(), 1).id();
        world.change(new RunnerClient(idle, world.admin()), "{\"allowed_projects\":[]}");
        idleKey = world.admin()
                .post("/api/runners/" + idle + "/rotate-key", "{}")
                .expect(200)
                .json()
                .path("runner_key")
                .asString();
        for (int i = 0; i < 5; i++) {
            ObjectNode intent = i % 2 == 0 ? World.intent("Brief " + i) : World.mutatingIntent();
            ((ObjectNode) intent.path("mission")).put("objective", "Brief " + i);
            JsonNode brief = world.brief(intent);
            world.approve(brief);
            briefs.add(brief);
        }
        for (int i = 0; i < 5; i++) {
            people.add(world.token("person-" + i, "\"view\",\"compile_briefs\"", "")
                    .path("token")
                    .asString());
        }
    }

    /** What was done last. */
    String last() {
        return last;
    }

    /** Whether any run has come to its end. */
    boolean hasEndedRuns() {
        return runs.values().stream().anyMatch(Run::hasEnded);
    }

    /** Does one thing, and asks whether everything is as it has to be. */
    void step() {
        act();
        check();
        if (++steps % OPINIONS_EVERY == 0) {
            requireOneOpinion();
        }
    }

    /** What the explanation says a runner may have is what its poll would take, run by run and runner by runner. */
    private void requireOneOpinion() {
        List<String> all =
                new ArrayList<>(runners.stream().map(RunnerClient::id).toList());
        all.add(idle);
        Set<String> mayHaveSomething = new TreeSet<>();
        List<Run> queued =
                runs.values().stream().filter(run -> run.is("queued")).toList();
        for (int i = 0; i < queued.size(); i++) {
            Run run = queued.get(i);
            Set<String> eligible = eligibleFor(run);
            mayHaveSomething.addAll(eligible);
            // Each in its turn; the explanations of all are compared with the whole queue below.
            if ((i + steps / OPINIONS_EVERY) % queued.size() < OPINIONS_ON) {
                assertThat(all)
                        .as("runners that would take %s", run.id)
                        .filteredOn(runner -> claims.takes(runner, run.id))
                        .containsExactlyInAnyOrderElementsOf(eligible);
            }
        }
        assertThat(all)
                .as("runners that would take anything")
                .filteredOn(claims::takesAny)
                .containsExactlyInAnyOrderElementsOf(mayHaveSomething);
    }

    /** That a runner is away does not keep the run from its next poll. */
    private Set<String> eligibleFor(Run run) {
        JsonNode explanation = world.admin()
                .get("/api/run-requests/" + run.id + "/dispatch-explanation")
                .expect(200)
                .json();
        Set<String> eligible = new TreeSet<>();
        for (JsonNode runner : explanation.path("runners")) {
            boolean kept = runner.path("reasons")
                    .valueStream()
                    .anyMatch(reason -> !reason.path("code").asString().equals("offline"));
            if (explanation.path("blockers").isEmpty() && !kept) {
                eligible.add(runner.path("runner_id").asString());
            }
        }
        return eligible;
    }

    private void act() {
        switch (random.nextInt(14)) {
            case 0, 1 -> request();
            case 2, 3, 4 -> poll();
            case 5, 6 -> accept();
            case 7 -> begin();
            case 8 -> complete();
            case 9 -> heartbeatOrRelease();
            case 10 -> cancel();
            case 11 -> byAPerson();
            case 12 -> reexecuteOrApprove();
            default -> jump();
        }
    }

    private Api anywhere(String token) {
        return Api.on(replicas.port(random.nextInt(replicas.count()))).as(token);
    }

    private Api runner(int number) {
        return runners.get(number).api().at(Api.on(replicas.port(random.nextInt(replicas.count()))));
    }

    private Api admin() {
        return anywhere(Api.BOOTSTRAP_TOKEN);
    }

    private void request() {
        int brief = random.nextInt(briefs.size());
        int person = random.nextInt(people.size());
        last = "request " + brief + " by " + person;
        Api.Answer answer = anywhere(people.get(person))
                .post(
                        "/api/projects/" + world.project() + "/run-requests",
                        "{\"formation_brief_id\":\""
                                + briefs.get(brief).path("id").asString() + "\"}");
        Run known = byRequest.get(brief + "/" + person);
        if (known != null) {
            assertThat(answer.expect(200).json().path("id").asString()).isEqualTo(known.id);
            return;
        }
        JsonNode made = answer.expect(201).json();
        Run run = new Run(made.path("id").asString(), brief, brief % 2 == 1, orders++, "queued");
        runs.put(run.id, run);
        byRequest.put(brief + "/" + person, run);
    }

    private void poll() {
        int number = random.nextInt(runners.size());
        last = "poll of " + number;
        Api.Answer answer =
                runner(number).get("/api/runners/" + runners.get(number).id() + "/run-requests/next?wait_seconds=0");
        Run expected = expectedOffer(number);
        if (expected == null) {
            assertThat(answer.status()).isEqualTo(204);
            return;
        }
        JsonNode offer = answer.expect(200).json();
        assertThat(offer.at("/execution_request/request_id").asString()).isEqualTo(expected.id);
        requireAsStored(offer);
        if (!expected.is("offered")) {
            expected.status = "offered";
            expected.runner = number;
            expected.offered = orders++;
            expected.ends = now + OFFER;
        }
    }

    /** Whatever the poll read before its own sweep: what it answers is what the database holds. */
    private void requireAsStored(JsonNode offer) {
        JsonNode request = offer.path("execution_request");
        String stored = replicas.database()
                .sql("""
                        select offer_trace_id || ' ' || (attempts + 1) || ' '
                            || (offer_expires_at = cast(:expires as timestamptz))
                        from foundry_run_requests where organization_id = :organization and id = :id
                        """)
                .param("organization", world.organization())
                .param("id", request.path("request_id").asString())
                .param("expires", offer.at("/offer/expires_at").asString())
                .query(String.class)
                .single();
        assertThat(request.path("trace_id").asString() + " "
                        + request.path("attempt").asInt() + " true")
                .isEqualTo(stored);
    }

    private @Nullable Run expectedOffer(int number) {
        Run standing = runs.values().stream()
                .filter(run -> run.is("offered") && run.runner == number && !(run.mutating && isBusy(run)))
                .min((one, other) -> Integer.compare(one.offered, other.offered))
                .orElse(null);
        if (standing != null) {
            return standing;
        }
        long atWork = runs.values().stream()
                .filter(run -> run.is("accepted", "executing") && run.runner == number)
                .count();
        int most = number == 0 ? 1 : 2;
        return atWork >= most ? null : first(run -> run.is("queued") && !run.parked && !(run.mutating && isBusy(run)));
    }

    private boolean isBusy(Run run) {
        return runs.values().stream().anyMatch(other -> other != run && other.keepsItsBranch());
    }

    private @Nullable Run first(Predicate<Run> wanted) {
        return runs.values().stream()
                .filter(wanted)
                .min((one, other) -> Integer.compare(one.order, other.order))
                .orElse(null);
    }

    private @Nullable Run any(Predicate<Run> wanted) {
        List<Run> found = runs.values().stream().filter(wanted).toList();
        return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
    }

    private void accept() {
        Run run = any(one -> one.is("offered", "accepted", "queued"));
        if (run == null) {
            return;
        }
        boolean right = run.runner != NOBODY && random.nextInt(4) > 0;
        int number = right ? run.runner : random.nextInt(runners.size());
        last = "accept " + run.id + " by " + number;
        Api.Answer answer = runner(number).post("/api/run-requests/" + run.id + "/accepted", "{}");
        boolean offered = run.is("offered") && run.runner == number;
        if (offered && run.mutating && isBusy(run)) {
            assertThat(answer.expect(409).problem()).isEqualTo("branch-busy");
            run.status = "queued";
        } else if (offered || run.is("accepted") && run.runner == number) {
            JsonNode accepted = answer.expect(200).json();
            run.attempts += offered ? 1 : 0;
            run.unanswered = 0;
            run.status = "accepted";
            run.ends = now + LEASE;
            assertThat(accepted.path("attempt").asInt()).isEqualTo(run.attempts);
            tokens.add(new Token(
                    run, number, run.attempts, accepted.path("lease_token").asString()));
        } else {
            assertThat(answer.expect(409).problem()).isEqualTo("not-offered");
        }
    }

    private @Nullable Token token() {
        // The newest ones are the interesting ones; old ones are tried all the same.
        if (tokens.isEmpty()) {
            return null;
        }
        int from = random.nextBoolean() ? Math.max(0, tokens.size() - 4) : 0;
        return tokens.get(from + random.nextInt(tokens.size() - from));
    }

    private Api with(Token token) {
        return runner(token.runner()).with("Alloy-Lease", token.text());
    }

    private static boolean isNewest(Token token) {
        return token.attempt() == token.run().attempts;
    }

    private void begin() {
        Token token = token();
        if (token == null) {
            return;
        }
        Run run = token.run();
        last = "start " + run.id + " attempt " + token.attempt();
        Api.Answer answer = with(token).post("/api/run-requests/" + run.id + "/started", STARTED);
        if (!isNewest(token)) {
            assertThat(answer.expect(409).problem()).isEqualTo("lease-superseded");
        } else if (run.is("executing")) {
            assertThat(answer.expect(200).header("Idempotent-Replayed")).isEqualTo("true");
        } else if (run.is("accepted")) {
            answer.expect(200);
            run.status = "executing";
            run.everStarted = true;
        } else {
            assertThat(answer.expect(409).problem()).isIn("invalid-transition", "lease-expired");
        }
    }

    private void complete() {
        Token token = token();
        if (token == null) {
            return;
        }
        Run run = token.run();
        last = "complete " + run.id + " attempt " + token.attempt();
        JsonNode read = admin().get("/api/run-requests/" + run.id).expect(200).json();
        ObjectNode result = World.result(read);
        result.put("entry_event", read.path("entry_event").asString());
        result.put("status", random.nextInt(3) == 0 ? "failed" : "completed_with_findings");
        String call = result.path("status").asString().equals("failed") ? "failed" : "completed";
        Api.Answer answer = with(token).post("/api/run-requests/" + run.id + "/" + call, result);
        boolean fits = run.is("executing", "lost") || call.equals("failed") && run.is("accepted");
        if (!isNewest(token)) {
            assertThat(answer.expect(409).problem()).isEqualTo("lease-superseded");
        } else if (fits) {
            run.status = answer.expect(200).json().path("status").asString();
        } else if (answer.status() != 200) {
            assertThat(answer.expect(409).problem()).isIn("invalid-transition", "result-conflict");
        }
    }

    private void heartbeatOrRelease() {
        Token token = token();
        if (token == null) {
            return;
        }
        Run run = token.run();
        boolean release = random.nextInt(3) == 0;
        last = (release ? "release " : "heartbeat ") + run.id + " attempt " + token.attempt();
        Api.Answer answer = with(token)
                .post("/api/run-requests/" + run.id + (release ? "/release" : "/heartbeat"), release ? WHY : "{}");
        if (!isNewest(token)) {
            assertThat(answer.expect(409).problem()).isEqualTo("lease-superseded");
        } else if (release ? run.is("accepted") : run.is("accepted", "executing")) {
            answer.expect(200);
            if (release) {
                giveBack(run);
            } else {
                assertThat(answer.json().path("directive").asString())
                        .isEqualTo(run.cancelling ? "cancel" : "continue");
                run.ends = now + LEASE;
            }
        } else {
            assertThat(answer.expect(409).problem()).isIn("invalid-transition", "lease-expired");
        }
    }

    private static void giveBack(Run run) {
        run.status = run.attempts < 3 ? "queued" : "failed";
    }

    private void cancel() {
        Run run = any(one -> true);
        if (run == null || random.nextBoolean()) {
            return;
        }
        boolean decline = random.nextInt(4) == 0;
        last = (decline ? "decline " : "cancel ") + run.id;
        Api.Answer answer = admin().post("/api/run-requests/" + run.id + (decline ? "/decline" : "/cancel"), WHY);
        if (decline && !run.is("awaiting_approval")) {
            assertThat(answer.expect(409).problem()).isEqualTo("invalid-transition");
        } else if (run.is("executing")) {
            answer.expect(202);
            run.cancelling = true;
        } else if (run.hasEnded() || run.is("lost")) {
            assertThat(answer.expect(409).problem()).isEqualTo("invalid-transition");
        } else {
            answer.expect(200);
            run.status = "cancelled";
        }
    }

    private void byAPerson() {
        Run run = any(one -> one.is("lost") || one.parked || random.nextInt(10) == 0);
        if (run == null) {
            return;
        }
        boolean resolve = random.nextBoolean();
        last = (resolve ? "resolve " : "requeue ") + run.id;
        Api.Answer answer = admin().post(
                        "/api/run-requests/" + run.id + (resolve ? "/resolve" : "/requeue"),
                        resolve ? "{\"status\":\"failed\",\"reason\":\"Looked.\"}" : WHY);
        if (resolve && run.is("lost")) {
            answer.expect(200);
            run.status = "failed";
        } else if (!resolve && run.is("queued") && run.parked) {
            answer.expect(200);
            run.parked = false;
            run.unanswered = 0;
        } else {
            assertThat(answer.expect(409).problem()).isEqualTo("invalid-transition");
        }
    }

    private void reexecuteOrApprove() {
        Run run = any(Run::hasEnded);
        if (run == null) {
            return;
        }
        if (random.nextBoolean()) {
            last = "approve brief " + run.brief;
            world.approve(briefs.get(run.brief));
            runs.values().stream()
                    .filter(other -> other.brief == run.brief && other.is("awaiting_approval"))
                    .forEach(other -> {
                        other.status = "queued";
                        other.order = orders++;
                    });
            return;
        }
        last = "reexecute " + run.id;
        Api.Answer answer = admin().post("/api/run-requests/" + run.id + "/reexecutions", WHY);
        if (run.superseded != null) {
            assertThat(answer.expect(409).json().path("superseded_by").asString())
                    .isEqualTo(run.superseded);
            return;
        }
        JsonNode made = answer.expect(201).json();
        Run again = new Run(
                made.path("id").asString(),
                run.brief,
                run.mutating,
                orders++,
                run.mutating || !run.everStarted ? "awaiting_approval" : "queued");
        runs.put(again.id, again);
        run.superseded = again.id;
    }

    private void jump() {
        last = "jump";
        now += JUMP;
        replicas.advance(JUMP);
        anywhere(idleKey)
                .get("/api/runners/" + idle + "/run-requests/next?wait_seconds=0")
                .expect(204);
        for (Run run : runs.values()) {
            if (run.is("offered") && run.ends <= now) {
                run.status = "queued";
                run.unanswered++;
                run.parked = run.unanswered >= 3;
            } else if (run.is("accepted", "executing") && run.ends <= now) {
                leaseOver(run);
            }
        }
    }

    private static void leaseOver(Run run) {
        if (run.is("executing") && run.mutating) {
            run.status = "lost";
        } else if (run.cancelling) {
            run.status = "cancelled";
        } else {
            giveBack(run);
        }
    }

    private void check() {
        Map<String, String> expected = new TreeMap<>();
        runs.values().forEach(run -> expected.put(run.id, run.status + " " + run.attempts));
        Map<String, String> actual = new TreeMap<>();
        replicas.database()
                .sql("select id, status, attempts from foundry_run_requests where organization_id = :organization")
                .param("organization", world.organization())
                .query((row, n) ->
                        actual.put(row.getString("id"), row.getString("status") + " " + row.getInt("attempts")))
                .list();
        assertThat(actual).isEqualTo(expected);
        nothing("a mutating run that was started twice", """
                select r.id from run_attempts a join foundry_run_requests r on r.id = a.run_request_id
                where r.organization_id = :organization and r.effect = 'mutating' and a.started_at is not null
                group by r.id having count(*) > 1""");
        nothing("a run with two leases", """
                select run_request_id from run_attempts where organization_id = :organization and lease_expires_at is not null
                group by run_request_id having count(*) > 1""");
        nothing("a run with two results", """
                select run_request_id from foundry_run_results where organization_id = :organization
                group by run_request_id having count(*) > 1""");
        nothing("a move that the audit log does not have", """
                select e.run_request_id from run_events e where e.organization_id = :organization
                group by e.run_request_id
                having count(*) <> (
                    select count(*) from audit_events a
                    where a.organization_id = :organization and a.target_id = e.run_request_id
                      and a.type not in ('run.late_report_kept', 'run.claim_refused', 'access.denied'))""");
        nothing("a run whose history does not end where it is", """
                select r.id from foundry_run_requests r where r.organization_id = :organization and r.status <> (
                    select e.to_status from run_events e where e.run_request_id = r.id and e.to_status is not null
                    order by e.id desc limit 1)""");
    }

    private void nothing(String what, String sql) {
        assertThat(replicas.database()
                        .sql(sql)
                        .param("organization", world.organization())
                        .query(String.class)
                        .list())
                .as(what)
                .isEmpty();
    }
}
