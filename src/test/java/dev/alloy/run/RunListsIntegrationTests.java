package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.testing.ManyRuns;
import dev.alloy.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Every filter of a list of runs, and every two of them: what they answer, and how much they read for it. */
class RunListsIntegrationTests {

    private static final String MANY = "org-many";
    private static final String FEW = "org-few";
    private static final String EMPTY = "org-empty";
    private static final int FEW_RUNS = 1_500;
    private static final int ENDED = 30_000;
    private static final int WAITING = 3_000;
    private static final int LIMIT = 50;

    /** What a page may read, of runs and of the narrow rows together: so many candidates of each source that is tried, and the page. */
    private static final int MOST_ROWS = 4 * 2 * (256 + 1024) + 16 * LIMIT;

    private static TestDatabase.Fresh database;
    private static SingleConnectionDataSource connection;
    private static JdbcClient jdbc;
    private static RunLists lists;

    /** The same with small portions, so that few runs are many. */
    private static RunLists impatient;

    private static List<RunRequest> all;
    private static Map<String, RunRequest> byId;

    @BeforeAll
    static void make() throws SQLException {
        database = TestDatabase.migrated();
        connection = new SingleConnectionDataSource(database.dataSource().getConnection(), true);
        jdbc = JdbcClient.create(connection);
        // As the service's own connections. Of so few rows reading all may be cheapest; of a million it is not.
        for (String setting :
                List.of("plan_cache_mode = force_generic_plan", "enable_seqscan = off", "enable_bitmapscan = off")) {
            jdbc.sql("set " + setting).update();
        }
        for (String organization : List.of(MANY, FEW, EMPTY)) {
            jdbc.sql("insert into organizations (id, name, created_by) values (:id, :id, 'test')")
                    .param("id", organization)
                    .update();
        }
        ManyRuns.make(database.dataSource(), MANY, ENDED, WAITING);
        ManyRuns.make(database.dataSource(), FEW, FEW_RUNS, FEW_RUNS / 10);
        lists = new RunLists(jdbc);
        impatient = new RunLists(jdbc, 40, 120);
        all = jdbc.sql(
                        "select " + RunRow.COLUMNS
                                + " from foundry_run_requests r where r.organization_id is not null order by r.requested_at desc, r.id desc")
                .query(RunRow.MAPPER)
                .list();
        byId = all.stream().collect(Collectors.toMap(RunRequest::id, run -> run));
    }

    @AfterAll
    static void drop() throws SQLException {
        connection.destroy();
        database.close();
    }

    private record Wanted(String attribute, @Nullable Object value, Predicate<RunRequest> matches) {

        @Override
        public String toString() {
            return attribute + "=" + value;
        }
    }

    private static final Wanted NONE = new Wanted("", null, run -> true);
    private static final PageQuery FIRST = new PageQuery(LIMIT, null, "test");
    private static final PageQuery MIDDLE =
            new PageQuery(LIMIT, new PageQuery.Position(Instant.parse("2026-01-06T00:00:00Z"), "runreq_"), "test");
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T01:00:00Z");

    /** A rare and a common value of each, and one that nobody has. */
    private static Stream<Wanted> filters() {
        return Stream.of(
                new Wanted(
                        "requestedBy", ManyRuns.RARE, run -> run.requestedBy().equals(ManyRuns.RARE)),
                new Wanted("requestedBy", "left", run -> run.requestedBy().equals("left")),
                new Wanted("requestedBy", "person-0", run -> run.requestedBy().equals("person-0")),
                new Wanted("requestedBy", "nobody", run -> false),
                new Wanted("branch", ManyRuns.RARE, run -> run.branch().equals(ManyRuns.RARE)),
                new Wanted("branch", "branch-5", run -> run.branch().equals("branch-5")),
                new Wanted("installationId", ManyRuns.RARE, run -> run.installationId()
                        .equals(ManyRuns.RARE)),
                new Wanted(
                        "installationId", "inst-3", run -> run.installationId().equals("inst-3")),
                new Wanted("projectId", "project-0", run -> run.projectId().equals("project-0")),
                new Wanted("projectId", "project-99", run -> run.projectId().equals("project-99")),
                new Wanted("formationBriefId", "brief-7", run -> run.formationBriefId()
                        .equals("brief-7")),
                new Wanted("runnerId", ManyRuns.RARE, run -> ManyRuns.RARE.equals(run.runnerId())),
                new Wanted("runnerId", "runner-5", run -> "runner-5".equals(run.runnerId())),
                new Wanted("effect", "mutating", run -> run.effect().equals("mutating")),
                new Wanted("throttle", "full", run -> run.throttle().equals("full")),
                new Wanted("throttle", "dry_run", run -> run.throttle().equals("dry_run")),
                new Wanted("entryEvent", ManyRuns.RARE, run -> run.entryEvent().equals(ManyRuns.RARE)),
                new Wanted("entryEvent", "event-1", run -> run.entryEvent().equals("event-1")),
                status(RunStatus.COMPLETED),
                status(RunStatus.CANCELLED),
                status(RunStatus.FAILED),
                status(RunStatus.LOST),
                status(RunStatus.EXECUTING),
                status(RunStatus.OFFERED),
                status(RunStatus.QUEUED),
                status(RunStatus.AWAITING_APPROVAL),
                new Wanted("status", new Filter.In(List.of("accepted", "executing")), run -> Set.of(
                                RunStatus.ACCEPTED, RunStatus.EXECUTING)
                        .contains(run.status())),
                new Wanted("accountStatus", "failed", run -> run.accountStatus() == RunStatus.FAILED),
                new Wanted("accountStatus", "cancelled", run -> run.accountStatus() == RunStatus.CANCELLED),
                new Wanted("completedAt", new Filter.Present(false), run -> run.completedAt() == null),
                new Wanted("completedAt", new Filter.Present(true), run -> run.completedAt() != null),
                new Wanted("parkedAt", new Filter.Present(true), run -> run.parkedAt() != null),
                new Wanted("parkedAt", new Filter.Present(false), run -> run.parkedAt() == null),
                new Wanted("parkedReason", "reason-1", run -> "reason-1".equals(run.parkedReason())),
                new Wanted("foundryRunId", "foundry-77", run -> "foundry-77".equals(run.foundryRunId())),
                new Wanted("foundryRunId", "foundry-same", run -> "foundry-same".equals(run.foundryRunId())),
                new Wanted("stateSince", new Filter.Before(LONG_AGO), run -> run.stateSince()
                        .isBefore(LONG_AGO)),
                new Wanted("createdAt", new Filter.Since(LONG_AGO), run -> !run.createdAt()
                        .isBefore(LONG_AGO)));
    }

    private static Wanted status(RunStatus status) {
        return new Wanted("status", status.wireName(), run -> run.status() == status);
    }

    /** By default every third pair of filters, so that each filter meets many others; all of them with {@code -Dalloy.sweep=full}. */
    private static final boolean FULL = "full".equals(System.getProperty("alloy.sweep"));

    /** Each with none and with each of the others. */
    static Stream<Wanted> filtersAndNone() {
        return Stream.concat(Stream.of(NONE), filters());
    }

    private static List<List<Wanted>> with(Wanted one) {
        List<Wanted> all = filters().toList();
        List<List<Wanted>> both = new ArrayList<>();
        both.add(one.equals(NONE) ? List.of() : List.of(one));
        if (!one.equals(NONE)) {
            all.subList(all.indexOf(one) + 1, all.size()).stream()
                    .filter(other -> !other.attribute().equals(one.attribute()))
                    .filter(other -> FULL || (all.indexOf(one) + all.indexOf(other)) % 3 == 0)
                    .forEach(other -> both.add(List.of(one, other)));
        }
        return both;
    }

    private static Map<String, Object> of(Collection<Wanted> wanted) {
        Map<String, Object> filters = new HashMap<>();
        wanted.forEach(one -> filters.put(one.attribute(), one.value()));
        return filters;
    }

    private static Caller caller(@Nullable String organization, @Nullable Set<String> projects) {
        return new Caller(Caller.Kind.PERSON, organization, "tester", "tok_test", Set.of(), projects);
    }

    private static final Set<String> TWO_PROJECTS = Set.of("project-1", "project-99");
    private static final Caller OPERATOR = caller(null, null);

    /** All kinds for one filter, and two for two. */
    private static List<Caller> callers(String organization, List<Wanted> wanted) {
        Caller whole = caller(organization, null);
        Caller limited = caller(organization, TWO_PROJECTS);
        return wanted.size() < 2 ? List.of(whole, limited, caller(EMPTY, null), OPERATOR) : List.of(whole, limited);
    }

    private static boolean reaches(Caller caller, RunRequest run) {
        return caller.reaches(run.organizationId(), run.projectId());
    }

    @ParameterizedTest
    @MethodSource("filtersAndNone")
    void answersWhatIsWantedInOrder(Wanted one) {
        for (List<Wanted> wanted : with(one)) {
            for (Caller caller : callers(FEW, wanted)) {
                List<String> expected = all.stream()
                        .filter(run -> reaches(caller, run))
                        .filter(run ->
                                wanted.stream().allMatch(each -> each.matches().test(run)))
                        .map(RunRequest::id)
                        .toList();
                if (expected.size() < (wanted.size() < 2 ? 2 * FEW_RUNS : FEW_RUNS / 3)) {
                    assertThat(follow(caller, of(wanted)))
                            .as(caller.organizationId() + " " + caller.projectIds() + " " + wanted)
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** All pages. A cursor names a run: never one that the caller does not reach. */
    private static List<String> follow(Caller caller, Map<String, Object> filters) {
        List<String> found = new ArrayList<>();
        PageQuery page = new PageQuery(LIMIT, null, "test");
        for (int pages = 0; pages < 2_000; pages++) {
            Page<RunRequest> answer = impatient.list(caller, page, filters);
            answer.items().forEach(run -> found.add(run.id()));
            if (answer.nextCursor() == null) {
                return found;
            }
            PageQuery.Position next = position(answer.nextCursor());
            assertThat(reaches(caller, Objects.requireNonNull(byId.get(next.id()))))
                    .isTrue();
            page = new PageQuery(LIMIT, next, "test");
        }
        throw new AssertionError("The list does not end: " + filters);
    }

    private static PageQuery.Position position(String cursor) {
        String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\\|");
        return new PageQuery.Position(Instant.parse(parts[0]), parts[1]);
    }

    @ParameterizedTest
    @MethodSource("filtersAndNone")
    void readsLittle(Wanted one) {
        for (List<Wanted> wanted : with(one)) {
            for (Caller caller : callers(MANY, wanted)) {
                for (PageQuery page : wanted.size() < 2 ? List.of(FIRST, MIDDLE) : List.of(FIRST)) {
                    long before = rowsRead();
                    lists.list(caller, page, of(wanted));
                    assertThat(rowsRead() - before)
                            .as(caller.organizationId() + " " + caller.projectIds() + " " + wanted + " " + page)
                            .isLessThan(MOST_ROWS);
                }
            }
        }
    }

    /** What an index serves is answered in full at once, however rare it is, by reading it and little else. */
    @ParameterizedTest
    @MethodSource("served")
    void answersOneFilterInFull(Wanted wanted) {
        long before = rowsRead();

        Page<RunRequest> page = lists.list(caller(MANY, null), FIRST, of(List.of(wanted)));

        assertThat(rowsRead() - before).as(wanted.toString()).isLessThan(4 * 256 + 16 * LIMIT);
        assertThat(page.items()).hasSize((int) Math.min(
                LIMIT,
                all.stream()
                        .filter(run -> run.organizationId().equals(MANY))
                        .filter(wanted.matches())
                        .count()));
    }

    static Stream<Wanted> served() {
        return filters().filter(one -> !Set.of("foundryRunId=foundry-same", "completedAt=" + new Filter.Present(true))
                .contains(one.toString()));
    }

    /** By this connection's transactions so far; whether from a table or through an index. */
    private static long rowsRead() {
        jdbc.sql("select pg_stat_force_next_flush()").query(row -> {});
        return jdbc.sql("""
                        select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables
                        """).query(Long.class).single();
    }
}
