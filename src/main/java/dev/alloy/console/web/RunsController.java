package dev.alloy.console.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.contract.foundry.Effect;
import dev.alloy.contract.foundry.Throttle;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.http.QueryValue;
import dev.alloy.outcome.Evidence;
import dev.alloy.problem.PublicUrl;
import dev.alloy.run.ActiveRuns;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The list of runs. Its filters are its address. */
@Hidden
@Controller
class RunsController {

    private final Runs runs;
    private final ActiveRuns underWay;
    private final Evidence evidence;
    private final PublicUrl urls;
    private final DatabaseClock clock;

    RunsController(Runs runs, ActiveRuns underWay, Evidence evidence, PublicUrl urls, DatabaseClock clock) {
        this.runs = runs;
        this.underWay = underWay;
        this.evidence = evidence;
        this.urls = urls;
        this.clock = clock;
    }

    /** A group of states that a person looks for together. */
    enum Group {
        ANY("all", "All"),
        AWAITING_APPROVAL("awaiting_approval", "Awaiting approval", RunStatus.AWAITING_APPROVAL),
        QUEUED("queued", "Queued", RunStatus.QUEUED, RunStatus.OFFERED),
        WORKING("working", "Working", RunStatus.ACCEPTED, RunStatus.EXECUTING),
        LOST("lost", "Lost", RunStatus.LOST),
        FAILED("failed", "Failed", RunStatus.FAILED),
        FINDINGS("findings", "With findings", RunStatus.COMPLETED_WITH_FINDINGS),
        DONE("done", "Completed", RunStatus.COMPLETED),
        CANCELLED("cancelled", "Cancelled", RunStatus.CANCELLED);

        private final String wire;
        private final String label;
        private final List<RunStatus> states;

        Group(String wire, String label, RunStatus... states) {
            this.wire = wire;
            this.label = label;
            this.states = List.of(states);
        }

        String wire() {
            return wire;
        }

        boolean isUnderWay() {
            return !states.isEmpty() && states.stream().noneMatch(RunStatus::isTerminal);
        }
    }

    /**
     * A choice of states.
     *
     * @param count how many there are, in words; null if not counted
     */
    record Chip(String label, Address address, @Nullable String count, boolean chosen) {}

    /** A filter that holds, and the list without it. */
    record Narrowed(String name, String value, Address without) {}

    /**
     * One run.
     *
     * @param evidence how its required evidence stands; null while it has not ended or where its brief asks for none
     * @param marks what must not be overlooked
     */
    record Row(
            Address address,
            String id,
            Badge badge,
            Moment since,
            String project,
            String what,
            String branch,
            @Nullable String runner,
            String requestedBy,
            Evidence.@Nullable Totals evidence,
            List<Mark> marks) {}

    /**
     * The page.
     *
     * @param older where the list goes on; null at its end
     * @param newest where it begins; null on its first page
     * @param curl the calls that list the same; null where no call narrows the list like this
     */
    record View(
            List<Chip> chips,
            List<Narrowed> narrowed,
            List<Row> rows,
            @Nullable Address older,
            @Nullable Address newest,
            @Nullable String curl) {}

    @Access(authority = Authority.VIEW)
    @GetMapping("/runs")
    ResponseEntity<byte[]> list(
            Caller caller,
            HttpServletRequest request,
            PageQuery page,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String project,
            @RequestParam(required = false) @Nullable String branch,
            @RequestParam(required = false) @Nullable String brief,
            @RequestParam(required = false) @Nullable String person,
            @RequestParam(required = false) @Nullable String runner,
            @RequestParam(required = false) @Nullable String event,
            @RequestParam(required = false) @Nullable String throttle,
            @RequestParam(required = false) @Nullable String effect,
            @RequestParam(required = false) @Nullable String since) {
        Group group = QueryValue.named("state", state, Group.values(), Group::wire);
        Group chosen = group == null ? Group.ANY : group;
        QueryValue.named("throttle", throttle, Throttle.values(), Throttle::wire);
        QueryValue.named("effect", effect, Effect.values(), Effect::wire);
        Instant from = QueryValue.instant("since", since);
        List<Given> given = List.of(
                new Given("project", "projectId", "project_id", project),
                new Given("branch", "branch", "branch", branch),
                new Given("brief", "formationBriefId", "formation_brief_id", brief),
                new Given("person", "requestedBy", "requested_by", person),
                new Given("runner", "runnerId", "runner_id", runner),
                new Given("event", "entryEvent", "", event),
                new Given("throttle", "throttle", "throttle", throttle),
                new Given("effect", "effect", "effect", effect),
                new Given("since", "", "", since));
        Map<String, Object> filters = new HashMap<>();
        given.stream()
                .filter(one -> !one.attribute().isEmpty())
                .forEach(one -> filters.put(one.attribute(), one.value()));
        filters.put("createdAt", from == null ? null : new Filter.Since(from));
        if (!chosen.states.isEmpty()) {
            filters.put(
                    "status",
                    new Filter.In(
                            chosen.states.stream().map(RunStatus::wireName).toList()));
        }
        if (chosen.isUnderWay()) {
            filters.put("completedAt", new Filter.Present(false));
        }
        Page<RunRequest> found = runs.list(caller, page, filters);
        Instant now = clock.now();
        Map<String, Evidence.Totals> totals = evidence.totalsOf(found.items());
        View view = new View(
                chips(caller, chosen, given),
                narrowed(chosen, given),
                found.items().stream()
                        .map(run -> row(run, totals.get(run.id()), now))
                        .toList(),
                found.nextCursor() == null ? null : address(chosen, given, "").with("cursor", found.nextCursor()),
                page.after() == null ? null : address(chosen, given, ""),
                since == null ? curl(chosen, given) : null);
        Shell shell = Shell.of(request, "Runs", Shell.Section.RUNS);
        return Html.page(out -> JterunsGenerated.render(out, Html.AS_IT_IS, shell, view));
    }

    /**
     * A filter as it came.
     *
     * @param parameter what the API calls it; empty where it has none of the kind
     */
    private record Given(
            String name,
            String attribute,
            String parameter,
            @Nullable String value) {}

    /** A call lists runs of one state. */
    private @Nullable String curl(Group group, List<Given> given) {
        Address list = new Address("/api/run-requests");
        for (Given one : given) {
            if (one.value() != null && one.parameter().isEmpty()) {
                return null;
            }
            list = list.with(one.parameter(), one.value());
        }
        Address all = list;
        Stream<Address> calls = group.states.isEmpty()
                ? Stream.of(all)
                : group.states.stream().map(status -> all.with("status", status.wireName()));
        return calls.map(call -> Curl.GET + "'" + urls.of(call.path()) + "'").collect(Collectors.joining("\n"));
    }

    private List<Chip> chips(Caller caller, Group chosen, List<Given> given) {
        Map<RunStatus, Long> counts = underWay.counts(caller);
        boolean all = given.stream().allMatch(one -> one.value() == null);
        return Arrays.stream(Group.values())
                .map(group -> new Chip(
                        group.label,
                        address(group, given, ""),
                        // Counted for all filters alike they would say something else than the list shows.
                        all && group.isUnderWay()
                                ? ActiveRuns.words(group.states.stream()
                                        .mapToLong(status -> counts.getOrDefault(status, 0L))
                                        .sum())
                                : null,
                        group == chosen))
                .toList();
    }

    private static List<Narrowed> narrowed(Group group, List<Given> given) {
        List<Narrowed> narrowed = new ArrayList<>();
        for (Given one : given) {
            if (one.value() != null) {
                narrowed.add(new Narrowed(one.name(), one.value(), address(group, given, one.name())));
            }
        }
        return narrowed;
    }

    private static Address address(Group group, List<Given> given, String without) {
        Address address = group == Group.ANY ? Address.RUNS : Address.RUNS.with("state", group.wire);
        for (Given one : given) {
            address = one.name().equals(without) ? address : address.with(one.name(), one.value());
        }
        return address;
    }

    static Row row(RunRequest run, Evidence.@Nullable Totals totals, Instant now) {
        return new Row(
                Address.run(run.id()),
                run.id(),
                Badge.of(run.status()),
                Moment.of(run.stateSince(), now),
                run.projectId(),
                run.entryEvent() + " · " + run.throttle(),
                run.branch(),
                run.runnerId(),
                run.requestedBy(),
                totals == null || totals.required() == 0 ? null : totals,
                Mark.of(run));
    }
}
