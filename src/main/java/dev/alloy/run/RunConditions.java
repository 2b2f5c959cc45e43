package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.contract.foundry.Effect;
import dev.alloy.contract.foundry.Throttle;
import dev.alloy.http.PageQuery;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.SqlParameterValue;

/** What a list of runs is narrowed to, as SQL; and where it is best read from. */
final class RunConditions {

    /** What never changes, and stands in the narrow rows as well. */
    private static final Map<String, String> FACETS = Map.of(
            "projectId", "project_id",
            "requestedBy", "requested_by",
            "installationId", "installation_id",
            "branch", "branch",
            "effect", "effect",
            "throttle", "throttle",
            "entryEvent", "entry_event");

    private static final Map<String, String> OTHERS = Map.of(
            "status", "status",
            "completedAt", "completed_at",
            "accountStatus", "account_status",
            "formationBriefId", "formation_brief_id",
            "runnerId", "runner_id",
            "foundryRunId", "foundry_run_id",
            "parkedAt", "parked_at",
            "parkedReason", "parked_reason",
            "stateSince", "state_since");

    /** No run is asked for then. */
    private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

    private static final String REQUESTED = "createdAt";
    private static final String PROJECT = "projectId";

    /** More than one of each would take longer than they save. */
    private static final int MOST_SOURCES = 2;

    /** Runs of more are found along those of the organization at least as soon. */
    private static final int FEW_PROJECTS = 16;

    private final Caller caller;
    private final Map<String, Object> filters = new TreeMap<>();
    private final @Nullable Instant since;
    private final @Nullable Instant before;

    RunConditions(Caller caller, Map<String, ?> filters) {
        this.caller = caller;
        filters.forEach((attribute, value) -> {
            if (value != null) {
                this.filters.put(attribute, value);
            }
        });
        this.since = this.filters.remove(REQUESTED) instanceof Filter.Since from ? from.instant() : null;
        // A run is in no state before it was asked for: this lets a list begin there instead of at the newest run.
        this.before = this.filters.get("stateSince") instanceof Filter.Before to ? to.instant() : null;
        for (String attribute : this.filters.keySet()) {
            if (!FACETS.containsKey(attribute) && !OTHERS.containsKey(attribute)) {
                throw new IllegalArgumentException("Runs are not listed by " + attribute);
            }
        }
    }

    /** Where to look, the most promising first. Whoever reaches some projects alone is told of no place in others' runs. */
    List<RunSource> sources() {
        Set<RunSource> sources = new LinkedHashSet<>();
        addIf(sources, RunSource.FOUNDRY_RUN, "foundryRunId");
        byState().forEach(sources::add);
        addIf(sources, RunSource.BRIEF, "formationBriefId");
        addIf(sources, RunSource.REQUESTER, "requestedBy");
        addIf(sources, RunSource.BRANCH, "branch");
        addIf(sources, RunSource.INSTALLATION, "installationId");
        addIf(sources, RunSource.RUNNER, "runnerId");
        addIf(sources, RunSource.EVENT, "entryEvent");
        addIf(sources, RunSource.PROJECTS, PROJECT);
        addIf(sources, RunSource.KIND, "effect");
        addIf(sources, RunSource.KIND, "throttle");
        List<RunSource> chosen =
                new ArrayList<>(sources.stream().limit(MOST_SOURCES).toList());
        if (caller.projectIds() != null && !chosen.contains(RunSource.PROJECTS)) {
            if (caller.projectIds().size() > FEW_PROJECTS) {
                chosen.add(RunSource.ORGANIZATION);
            }
            chosen.add(RunSource.PROJECTS);
        }
        if (chosen.stream().noneMatch(RunSource::isOrdered)) {
            chosen.add(RunSource.ORGANIZATION);
        }
        return chosen;
    }

    /** Whether a place within the candidates may be shown to the caller. */
    boolean mayTellPlaceIn(RunSource source) {
        return source.isOrdered() && (caller.projectIds() == null || source == RunSource.PROJECTS);
    }

    private void addIf(Set<RunSource> sources, RunSource source, String attribute) {
        if (filters.containsKey(attribute)) {
            sources.add(source);
        }
    }

    private Stream<RunSource> byState() {
        Set<RunStatus> wanted = statuses();
        if (filters.containsKey("parkedReason")
                || filters.get("parkedAt") instanceof Filter.Present parked && parked.wanted()) {
            return Stream.of(RunSource.PARKED);
        }
        if (wanted.isEmpty()) {
            if (filters.containsKey("accountStatus")) {
                return Stream.of(RunSource.ENDED);
            }
            return filters.get("completedAt") instanceof Filter.Present ended && !ended.wanted()
                    ? Stream.of(RunSource.UNDER_WAY)
                    : Stream.of();
        }
        if (wanted.stream().allMatch(RunStatus::isTerminal)) {
            return Stream.of(RunSource.ENDED);
        }
        if (wanted.stream().anyMatch(RunStatus::isTerminal)) {
            return Stream.of();
        }
        if (wanted.equals(Set.of(RunStatus.LOST))) {
            return Stream.of(RunSource.HOLDING, RunSource.UNDER_WAY);
        }
        if (wanted.equals(Set.of(RunStatus.OFFERED))) {
            return Stream.of(RunSource.OFFERED, RunSource.UNDER_WAY);
        }
        if (Set.of(RunStatus.ACCEPTED, RunStatus.EXECUTING).containsAll(wanted)) {
            return Stream.of(RunSource.LEASED, RunSource.UNDER_WAY);
        }
        return wanted.equals(Set.of(RunStatus.AWAITING_APPROVAL))
                ? Stream.of(RunSource.UNAPPROVED)
                : Stream.of(RunSource.UNDER_WAY);
    }

    private Set<RunStatus> statuses() {
        Set<RunStatus> wanted = new LinkedHashSet<>();
        values("status").forEach(name -> wanted.add(RunStatus.of(name)));
        return wanted;
    }

    private List<String> values(String attribute) {
        Object value = filters.get(attribute);
        if (value instanceof Filter.In in) {
            return List.copyOf(in.values());
        }
        return value == null ? List.of() : List.of(value.toString());
    }

    /**
     * In how many groups the candidates of a source come.
     *
     * @param organizations how many there are
     */
    int groupsOf(RunSource source, int organizations) {
        int ofEach =
                switch (source) {
                    case PROJECTS -> projects().size();
                    case KIND -> effects().size() * throttles().size();
                    case ENDED -> endStatuses().size() * accountStatuses().size();
                    default -> 1;
                };
        return Math.max(1, ofEach * (caller.organizationId() == null ? organizations : 1));
    }

    /** Whether every candidate of a source is in the list. */
    boolean areCoveredBy(RunSource source) {
        return where(source).isEmpty();
    }

    /** Whether a list that is read from a source has to look at the runs' own rows. */
    boolean needRunsOf(RunSource source) {
        return !source.isOrdered()
                || !source.isOfFacets() && !areCoveredBy(source)
                || filters.keySet().stream()
                        .anyMatch(attribute -> OTHERS.containsKey(attribute) && !source.covers(attribute));
    }

    /**
     * What else a candidate of a source must be: of {@code c}, the candidate, or {@code r}, the run.
     */
    List<String> where(RunSource source) {
        List<String> texts = where(
                attribute -> !source.covers(attribute),
                attribute -> FACETS.containsKey(attribute) && source.isOfFacets() ? "c" : "r");
        if (caller.projectIds() != null && !(source == RunSource.PROJECTS)) {
            texts.add((source.isOfFacets() ? "c" : "r") + ".project_id = any (:reach)");
        }
        if (!source.isOrdered()) {
            texts.add("(r.requested_at, r.id) < (:time, :place)");
            if (since != null) {
                texts.add("r.requested_at >= :since");
            }
        }
        return texts;
    }

    /** What a run must be, when it is read after it was found. */
    List<String> whereOfRuns() {
        List<String> texts = where(attribute -> true, attribute -> "r");
        if (caller.projectIds() != null) {
            texts.add("r.project_id = any (:reach)");
        }
        return texts;
    }

    private interface Alias {
        String of(String attribute);
    }

    private List<String> where(Predicate<String> wanted, Alias alias) {
        List<String> texts = new ArrayList<>();
        filters.forEach((attribute, value) -> {
            if (wanted.test(attribute)) {
                String column =
                        alias.of(attribute) + "." + FACETS.getOrDefault(attribute, OTHERS.getOrDefault(attribute, ""));
                if (value instanceof Filter.Present present) {
                    texts.add(column + (present.wanted() ? " is not null" : " is null"));
                } else if (value instanceof Filter.Before) {
                    texts.add(column + " < :" + attribute);
                } else if (value instanceof Filter.Since) {
                    texts.add(column + " >= :" + attribute);
                } else if (value instanceof Filter.In) {
                    texts.add(column + " = any (:" + attribute + ")");
                } else {
                    texts.add(column + " = :" + attribute);
                }
            }
        });
        return texts;
    }

    /** Whether only what was asked for at {@code :since} or later is wanted. */
    boolean areSince() {
        return since != null;
    }

    /** Before which place in the order all is that is wanted: the place where the list goes on, if any, or a time. */
    PageQuery.Position end(PageQuery.@Nullable Position after) {
        if (before != null && (after == null || before.isBefore(after.time()))) {
            return new PageQuery.Position(before, "");
        }
        return after == null ? new PageQuery.Position(NEVER, "") : after;
    }

    /** The values of all of it. */
    Map<String, @Nullable Object> parameters() {
        Map<String, @Nullable Object> values = new HashMap<>();
        filters.forEach((attribute, value) -> {
            if (value instanceof Filter.In in) {
                values.put(attribute, array(in.values()));
            } else if (value instanceof Filter.Before instant) {
                values.put(attribute, instant.instant().atOffset(ZoneOffset.UTC));
            } else if (value instanceof Filter.Since instant) {
                values.put(attribute, instant.instant().atOffset(ZoneOffset.UTC));
            } else if (!(value instanceof Filter)) {
                values.put(attribute, value);
            }
        });
        values.put("organization", new SqlParameterValue(Types.VARCHAR, caller.organizationId()));
        values.put("reach", caller.projectIds() == null ? null : array(caller.projectIds()));
        values.put("projects", array(projects()));
        values.put("effects", array(effects()));
        values.put("throttles", array(throttles()));
        values.put("statuses", array(endStatuses()));
        values.put("accounts", array(accountStatuses()));
        values.put("since", since == null ? null : since.atOffset(ZoneOffset.UTC));
        return values;
    }

    private Collection<String> projects() {
        Set<String> reach = caller.projectIds();
        if (filters.containsKey(PROJECT)) {
            return values(PROJECT).stream()
                    .filter(project -> reach == null || reach.contains(project))
                    .toList();
        }
        return reach == null ? List.of() : reach;
    }

    private List<String> effects() {
        return orAll("effect", Arrays.stream(Effect.values()).map(Effect::wire));
    }

    private List<String> throttles() {
        return orAll("throttle", Arrays.stream(Throttle.values()).map(Throttle::wire));
    }

    private List<String> endStatuses() {
        return orAll("status", ends());
    }

    private List<String> accountStatuses() {
        return orAll("accountStatus", Stream.concat(ends(), Stream.of("")));
    }

    private static Stream<String> ends() {
        return Arrays.stream(RunStatus.values()).filter(RunStatus::isTerminal).map(RunStatus::wireName);
    }

    private List<String> orAll(String attribute, Stream<String> all) {
        return filters.containsKey(attribute) ? values(attribute) : all.toList();
    }

    private static String[] array(Collection<String> values) {
        return values.toArray(String[]::new);
    }
}
