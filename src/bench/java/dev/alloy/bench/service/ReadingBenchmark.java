package dev.alloy.bench.service;

import dev.alloy.testing.Api;
import dev.alloy.testing.Browser;
import dev.alloy.testing.ManyRuns;
import dev.alloy.testing.World;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;

/** Are pages of lists, audit answers and pages of the console quick when a million runs lie there? */
final class ReadingBenchmark implements ServiceBenchmark {

    private static final int RUNS = Integer.getInteger("bench.runs", 1_000_000);
    private static final int QUEUED = 10_000;

    /** More than the inbox shows. */
    private static final int UNAPPROVED = 30;

    private static final int MEASURED = Integer.getInteger("bench.calls", 1_000);
    private static final int WARM_UP = Math.min(300, MEASURED);
    private static final double LIST_MILLIS = 20;
    private static final double PAGE_MILLIS = 50;

    @Override
    public List<Figure> measure() throws Exception {
        try (Service service = Service.start("-Xmx1g");
                Load load = new Load(service, 8)) {
            load.cycles(Duration.ofSeconds(20));
            List<String> runs = service.sql()
                    .sql("select run_request_id from foundry_run_results order by id limit 1000")
                    .query(String.class)
                    .list();
            List<String> unapproved = load.workload().unapproved(UNAPPROVED);
            ManyRuns.make(service.connections(), load.workload().organization(), RUNS, QUEUED);
            putFirst(service, unapproved);
            JsonNode reader = load.workload().reader();
            String token = reader.path("token").asString();
            List<Figure> figures = new ArrayList<>();
            try (Connection connection = new Connection(service.port())) {
                paths(load, runs)
                        .forEach((what, path) -> figures.add(figure(what, LIST_MILLIS, i -> connection
                                .get(path.apply(i), token)
                                .expect(200))));
            }
            try (Browser browser =
                    Browser.signedIn(service.port(), load.workload().reviewer())) {
                Api pages = browser.raw();
                pages(service, runs, unapproved)
                        .forEach((what, path) -> figures.add(figure(
                                what, PAGE_MILLIS, i -> pages.get(path.apply(i)).expect(200))));
            }
            return figures;
        }
    }

    private static Map<String, IntFunction<String>> paths(Load load, List<String> runs) {
        Map<String, IntFunction<String>> paths = new LinkedHashMap<>();
        paths.put("audit answer", i -> "/api/run-requests/" + runs.get(i % runs.size()) + "/audit");
        paths.put("evidence of a run", i -> "/api/run-requests/" + runs.get(i % runs.size()) + "/evidence");
        paths.put("page of a project", i -> list("project_id=" + load.workload().project()));
        String rare = ManyRuns.RARE;
        for (String filter : List.of(
                "",
                "requested_by=" + rare,
                "requested_by=left",
                "requested_by=person-0",
                "requested_by=nobody",
                "branch=" + rare,
                "installation_id=" + rare,
                "runner_id=" + rare,
                "runner_id=runner-5",
                "throttle=full",
                "effect=mutating",
                "status=completed",
                "status=cancelled",
                "status=lost",
                "status=executing",
                "status=queued",
                "account_status=failed",
                "parked=true",
                "parked_reason=reason-1",
                "state_since_before=2026-01-02T00:00:00Z",
                "status=completed&requested_by=" + rare,
                "status=failed&effect=mutating",
                "requested_by=person-0&installation_id=inst-3",
                "runner_id=runner-5&status=cancelled",
                "throttle=dry_run&status=cancelled")) {
            paths.put("list of runs, " + (filter.isEmpty() ? "all" : filter), i -> list(filter));
        }
        paths.put("page of what awaits approval elsewhere", i -> "/api/approvals?project_id=none");
        paths.put("page of audit events", i -> "/api/audit-events");
        paths.put("audit events of nobody", i -> "/api/audit-events?actor=nobody");
        paths.put("audit events of a minute", i -> "/api/audit-events?until=2026-01-02T00:00:00Z");
        for (String other : List.of(
                "access-tokens",
                "sessions",
                "runners",
                "registration-tokens",
                "foundry-installations",
                "projects",
                "brief-templates")) {
            paths.put("list of " + other, i -> "/api/" + other);
        }
        return paths;
    }

    private static String list(String filter) {
        return "/api/run-requests?" + filter;
    }

    /** The oldest stand in the inbox, and those that were copied have no briefs for it to show. */
    private static void putFirst(Service service, List<String> unapproved) throws SQLException {
        try (java.sql.Connection connection = service.connections().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("set session_replication_role = replica");
            sql.execute("update run_queue set requested_at = timestamptz '2025-12-01T00:00:00Z'"
                    + " where run_request_id in ('" + String.join("', '", unapproved) + "')");
        }
    }

    private static Map<String, IntFunction<String>> pages(Service service, List<String> runs, List<String> unapproved) {
        Map<String, IntFunction<String>> pages = new LinkedHashMap<>();
        pages.put("console, inbox", i -> "/");
        pages.put("console, runs", i -> "/runs");
        for (String state : List.of("awaiting_approval", "queued", "working", "lost", "failed", "findings", "done")) {
            pages.put("console, runs in the state " + state, i -> "/runs?state=" + state);
        }
        pages.put("console, runs of nobody", i -> "/runs?person=nobody");
        pages.put("console, a run", i -> "/runs/" + runs.get(i % runs.size()));
        for (String part : List.of(
                "why", "evidence", "gates", "trace", "result", "late-reports", "audit", "attestation", "events")) {
            pages.put("console, its part " + part, i -> "/runs/" + runs.get(i % runs.size()) + "/" + part);
        }
        pages.put("console, a run that waits", i -> "/runs/" + unapproved.get(i % unapproved.size()));
        pages.put("console, deciding about it", i -> "/runs/" + unapproved.get(i % unapproved.size()) + "/approve");
        List<String> briefs = service.sql()
                .sql("select formation_brief_id from foundry_run_requests where id in (:ids)")
                .param("ids", unapproved)
                .query(String.class)
                .list();
        pages.put("console, a brief", i -> "/briefs/" + briefs.get(i % briefs.size()));
        pages.put("console, search for a run", i -> "/search?q=" + runs.get(i % runs.size()));
        pages.put("console, search for a revision", i -> "/search?q=" + World.REVISION);
        pages.put("console, search for nothing", i -> "/search?q=nothing");
        return pages;
    }

    private static Figure figure(String what, double goal, IntConsumer ask) {
        for (int i = 0; i < WARM_UP; i++) {
            ask.accept(i);
        }
        Times times = new Times();
        for (int i = 0; i < MEASURED; i++) {
            long start = System.nanoTime();
            ask.accept(i);
            times.add(System.nanoTime() - start);
        }
        return Figure.atMost(what + " at " + RUNS + " runs, p99", times.percentile(99), "ms", goal);
    }
}
