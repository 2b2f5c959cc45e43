package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Pages of runs, newest first, by whatever they are narrowed to. Each is read along an index that is in the order of the list, and looks at
 * a bounded number of runs: a page that met too many which are not wanted ends there, and its cursor goes on behind them. A filter that an
 * index serves is answered in full. docs/adr/0030.
 */
@Component
@Transactional(readOnly = true)
class RunLists {

    /**
     * How many candidates are looked at, one portion after the other. Most pages are full after the first; of larger ones the planner believes that
     * reading all runs and sorting them is cheaper, where there are some ten thousand.
     */
    private static final int[] PORTIONS = {256, 256, 256, 256, 256};

    /** One by one: the planner cannot know how few they are, and would read all runs. */
    private static final String EACH_RUN = """
            cross join lateral (
                select * from foundry_run_requests r
                where r.organization_id = c.organization_id and r.id = c.run_request_id limit 1) r
            """;

    private static final String FIRST_END = """
            select g.places[1] as run_request_id, g.times[1] as requested_at
            from (select array_agg(run_request_id order by requested_at, run_request_id) as places,
                         array_agg(requested_at order by requested_at, run_request_id) as times
                  from c where organization_id is not null group by {groups} having count(*) = :each) g
            order by 2 desc, 1 desc limit 1
            """;

    private static final String BEFORE_IT = """
            not exists (
                select 1 from ends where (c.requested_at, c.run_request_id) < (ends.requested_at, ends.run_request_id))
            """;

    /** No place: only that there are more. */
    private static final String UNORDERED_END = """
            select min(run_request_id) as run_request_id, alloy_now() as requested_at
            from c where organization_id is not null having count(*) = :each
            """;

    /** A page is read at once from so many groups. */
    private static final int MOST_GROUPS_WHOLE = 16;

    private static final int FEWEST = 8;

    /** Runs under way and what a runner named; where there are more, they are looked for in order. */
    private static final int MOST_UNORDERED = 1024;

    private final JdbcClient jdbc;
    private final int[] portions;

    @Autowired
    RunLists(JdbcClient jdbc) {
        this(jdbc, PORTIONS);
    }

    RunLists(JdbcClient jdbc, int... portions) {
        this.jdbc = jdbc;
        this.portions = portions;
    }

    private record Place(String id, OffsetDateTime time) {

        PageQuery.Position position() {
            return new PageQuery.Position(time.toInstant(), id);
        }
    }

    /**
     * What was found.
     *
     * @param runs in order; one more than a page holds where there are more
     * @param isAll whether a page needs no more than these
     * @param reached the last candidate that was looked at; null where they have no order
     */
    private record Found(
            List<Place> runs, boolean isAll, @Nullable Place reached) {}

    /** A page of the runs within the caller's reach. */
    public Page<RunRequest> list(Caller caller, PageQuery page, Map<String, ?> filters) {
        RunConditions wanted = new RunConditions(caller, filters);
        int organizations = caller.organizationId() == null ? organizations() : 1;
        Found best = null;
        for (RunSource source : wanted.sources()) {
            Found found = find(wanted, source, page, wanted.groupsOf(source, organizations));
            if (found.isAll()) {
                return read(wanted, page, found);
            }
            if (wanted.mayTellPlaceIn(source) && (best == null || isFurther(found, best))) {
                best = found;
            }
        }
        if (best == null) {
            throw new IllegalStateException("No source of runs has an order");
        }
        return read(wanted, page, best);
    }

    private int organizations() {
        return jdbc.sql("select count(*) from organizations")
                .query(Integer.class)
                .single();
    }

    private static boolean isFurther(Found one, Found other) {
        Place place = one.reached();
        Place than = other.reached();
        return place != null && than != null && place.time().isBefore(than.time());
    }

    private Found find(RunConditions wanted, RunSource source, PageQuery page, int groups) {
        List<Place> runs = new ArrayList<>();
        PageQuery.Position reached = page.after();
        int most = page.limit() + 1;
        if (!source.isOrdered()) {
            Looked looked = look(wanted, source, reached, MOST_UNORDERED, most);
            return new Found(looked.runs(), looked.last() == null, null);
        }
        Place last = null;
        boolean isExact = wanted.areCoveredBy(source) && groups <= MOST_GROUPS_WHOLE;
        for (int portion : isExact ? new int[] {most * groups} : portions) {
            Looked looked = look(wanted, source, reached, Math.max(portion / groups, FEWEST), most - runs.size());
            runs.addAll(looked.runs());
            if (looked.last() == null || runs.size() == most) {
                return new Found(runs, true, null);
            }
            last = looked.last();
            reached = last.position();
        }
        return new Found(runs, false, last);
    }

    /**
     * A portion of candidates.
     *
     * @param runs those that are wanted
     * @param last up to where these are all; null where no candidates are left behind them
     */
    private record Looked(List<Place> runs, @Nullable Place last) {}

    /** Each group of candidates ends somewhere; what is behind the first such end may lack some of that group, and is left for later. */
    private Looked look(
            RunConditions wanted, RunSource source, PageQuery.@Nullable Position after, int each, int limit) {
        PageQuery.Position end = wanted.end(after);
        record Row(@Nullable Place run, @Nullable Place last) {}
        List<Row> rows = jdbc.sql("""
                        with c as materialized (%s),
                             ends as (%s),
                             wanted as (
                                 select c.run_request_id, %s as requested_at from c %s
                                 where c.organization_id is not null and %s %s
                                 group by 1, 2 order by 2 desc, 1 desc limit :limit)
                        select l.run_request_id as last_id, l.requested_at as last_time, w.run_request_id, w.requested_at
                        from (select 1) one left join ends l on true left join wanted w on true
                        order by w.requested_at desc, w.run_request_id desc
                        """.formatted(
                                source.candidates(wanted.areSince(), each),
                                source.isOrdered() ? FIRST_END.replace("{groups}", source.groups()) : UNORDERED_END,
                                source.isOrdered() ? "c.requested_at" : "r.requested_at",
                                wanted.needRunsOf(source) ? EACH_RUN : "",
                                source.isOrdered() ? BEFORE_IT : "true",
                                and(wanted.where(source))))
                .params(wanted.parameters())
                .param("time", end.time().atOffset(ZoneOffset.UTC))
                .param("place", end.id())
                .param("each", each)
                .param("limit", limit)
                .query((row, n) -> new Row(
                        place(row.getString("run_request_id"), row.getObject("requested_at", OffsetDateTime.class)),
                        place(row.getString("last_id"), row.getObject("last_time", OffsetDateTime.class))))
                .list();
        List<Place> runs = new ArrayList<>();
        rows.forEach(row -> {
            if (row.run() != null) {
                runs.add(row.run());
            }
        });
        return new Looked(runs, rows.get(0).last());
    }

    private static @Nullable Place place(@Nullable String id, @Nullable OffsetDateTime time) {
        return id == null || time == null ? null : new Place(id, time);
    }

    /** What is not wanted any more when it is read is left out. */
    private Page<RunRequest> read(RunConditions wanted, PageQuery page, Found found) {
        boolean more = found.runs().size() > page.limit();
        List<Place> shown = more ? found.runs().subList(0, page.limit()) : found.runs();
        Place beyond = more ? shown.get(shown.size() - 1) : found.isAll() ? null : found.reached();
        Map<String, @Nullable Object> parameters = new HashMap<>(wanted.parameters());
        parameters.put("runs", shown.stream().map(Place::id).toArray(String[]::new));
        try (Stream<RunRequest> rows = jdbc
                .sql("select " + RunRow.COLUMNS + """
                                 from foundry_run_requests r
                                where (cast(:organization as text) is null or r.organization_id = :organization) and r.id = any (:runs)
                                """ + and(wanted.whereOfRuns())
                        + " order by r.requested_at desc, r.id desc")
                .withFetchSize(PageQuery.AT_A_TIME)
                .params(parameters)
                .query(RunRow.MAPPER)
                .stream()) {
            return page.page(
                    rows,
                    RunRequest::bytes,
                    row -> new PageQuery.Position(row.createdAt(), row.id()),
                    Function.identity(),
                    beyond == null ? null : beyond.position());
        }
    }

    private static String and(List<String> conditions) {
        return conditions.isEmpty() ? "" : " and " + String.join(" and ", conditions);
    }
}
