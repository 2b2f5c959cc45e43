package dev.alloy.run;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a list of runs is read from: an index of narrow rows each, so that a list reads what it shows and little more, however many runs there
 * are. Every index begins with the organization: nobody makes the database walk along the runs of another.
 */
enum RunSource {
    /** All. */
    ORGANIZATION("run_facets", "", "", List.of()),
    /** Of some projects. */
    PROJECTS(
            "run_facets",
            "",
            "cross join unnest(cast(:projects as text[])) p(project)",
            List.of(new Key("project_id", "p.project", "projectId"))),
    /** Of somebody. */
    REQUESTER("run_facets", "", "", List.of(new Key("requested_by", ":requestedBy", "requestedBy"))),
    /** Of a branch. */
    BRANCH("run_facets", "", "", List.of(new Key("branch", ":branch", "branch"))),
    /** Of an installation. */
    INSTALLATION("run_facets", "", "", List.of(new Key("installation_id", ":installationId", "installationId"))),
    /** Of some effects and throttles. */
    KIND(
            "run_facets",
            "",
            """
            cross join unnest(cast(:effects as text[])) e(effect) cross join unnest(cast(:throttles as text[])) t(throttle)
            """,
            List.of(new Key("effect", "e.effect", "effect"), new Key("throttle", "t.throttle", "throttle"))),
    /** Of a kind of event. */
    EVENT("run_facets", "", "", List.of(new Key("entry_event", ":entryEvent", "entryEvent"))),
    /** Those that have ended like this. */
    ENDED(
            "run_ends",
            "",
            """
            cross join unnest(cast(:statuses as text[])) s(status) cross join unnest(cast(:accounts as text[])) a(status)
            """,
            List.of(new Key("status", "s.status", "status"), new Key("account_status", "a.status", "accountStatus")),
            "completedAt"),
    /** Those that nobody has approved yet. */
    UNAPPROVED("run_queue", "and f.queued_at is null", "", List.of()),
    /** Those that were taken out of the queue, and those that ended like that. */
    PARKED("""
            (select organization_id, run_request_id, requested_at from run_queue where organization_id is not null and parked
             union all
             select organization_id, run_request_id, requested_at from run_ends where organization_id is not null and parked)
            """, "", "", List.of(), "parkedAt"),
    /** Those that have not ended. */
    UNDER_WAY("foundry_run_requests", "and f.completed_at is null", "", List.of(), "completedAt"),
    /** Of a brief. */
    BRIEF(
            "foundry_run_requests",
            "",
            "",
            List.of(new Key("formation_brief_id", ":formationBriefId", "formationBriefId"))),
    /** Those that a runner had; another may have had them later. */
    RUNNER("run_attempts", "", "", List.of(new Key("runner_id", ":runnerId", ""))),
    /** Those that hold a branch, among which the lost ones are. Few, in no order. */
    HOLDING("""
            select f.organization_id, f.run_request_id from branch_holds f where f.organization_id = k.organization
            """),
    /** Those that a runner is at. Few, in no order. */
    LEASED("""
            select f.organization_id, f.run_request_id from run_attempts f
            where f.organization_id = k.organization and f.lease_expires_at is not null
            """),
    /** Those that are offered. Few, in no order. */
    OFFERED("""
            select f.organization_id, f.run_request_id from run_queue f
            where f.organization_id = k.organization and f.status = 'offered'
            """),
    /** Those that Foundry knows by an id. Few, in no order. */
    FOUNDRY_RUN("""
            select f.organization_id, f.id as run_request_id from foundry_run_requests f
            where f.organization_id = k.organization and f.foundry_run_id = :foundryRunId
            """);

    /** A column that the index has behind the organization, and what it is to be. */
    private record Key(String column, String value, String attribute) {}

    private static final String ORGANIZATIONS = """
            (select id as organization from organizations where cast(:organization as text) is null or id = :organization) k
            """;

    private final String rows;
    private final String condition;
    private final String more;
    private final @Nullable List<Key> keys;
    private final Set<String> covers;

    /**
     * One with an order.
     *
     * @param rows its table
     * @param condition that of a partial index
     * @param more what else there may be several of, besides organizations
     * @param keys what the index has between the organization and the time
     * @param covers what all its candidates meet, besides the keys
     */
    RunSource(String rows, String condition, String more, List<Key> keys, String... covers) {
        this.rows = rows;
        this.condition = condition;
        this.more = more;
        this.keys = keys;
        this.covers = Stream.concat(keys.stream().map(Key::attribute), Stream.of(covers))
                .collect(Collectors.toSet());
    }

    /** One without an order. */
    RunSource(String rows) {
        this.rows = rows;
        this.condition = "";
        this.more = "";
        this.keys = null;
        this.covers = Set.of();
    }

    /**
     * A statement that answers candidates: of each of {@link #groups} the newest before {@code :time, :place} where this has an order, and any
     * where it has none. Keys and time are compared as one row, which says the same as one by one; but the planner then expects many such rows,
     * and walks along the index instead of sorting what may be all there are.
     *
     * @param isSince whether they are of {@code :since} or later
     * @param each how many; in the text, since the planner would take a parameter for a tenth of all
     */
    String candidates(boolean isSince, int each) {
        if (keys == null) {
            return "select f.* from " + ORGANIZATIONS + " cross join lateral (" + rows + " limit " + each + ") f limit "
                    + each;
        }
        String id = rows.equals("foundry_run_requests") ? "f.id" : "f.run_request_id";
        String columns = list("f.organization_id", key -> "f." + key.column());
        String values = list("k.organization", Key::value);
        return """
                select f.* from %1$s %2$s cross join lateral (
                    select %3$s from %4$s f
                    where (%5$s%6$s) >= (%7$s%8$s) and (%5$s, f.requested_at, %9$s) < (%7$s, :time, :place) %10$s
                    order by %11$s, f.requested_at desc, %9$s desc limit %12$d) f
                """.formatted(
                        ORGANIZATIONS,
                        more,
                        isOfFacets() ? "f.*" : columns + ", " + id + " as run_request_id, f.requested_at",
                        rows,
                        columns,
                        isSince ? ", f.requested_at" : "",
                        values,
                        isSince ? ", :since" : "",
                        id,
                        condition,
                        list("f.organization_id desc", key -> "f." + key.column() + " desc"),
                        each);
    }

    private String list(String first, Function<Key, String> text) {
        return Stream.concat(
                        Stream.of(first),
                        keys == null ? Stream.of() : keys.stream().map(text))
                .collect(Collectors.joining(", "));
    }

    /** Of which columns each value has candidates of its own. */
    String groups() {
        return list("organization_id", Key::column);
    }

    /** Whether its candidates are the newest ones. */
    boolean isOrdered() {
        return keys != null;
    }

    /** Whether its rows have all that never changes of a run. */
    boolean isOfFacets() {
        return rows.equals("run_facets");
    }

    /** Whether all its candidates meet the conditions on this attribute. */
    boolean covers(String attribute) {
        return covers.contains(attribute);
    }
}
