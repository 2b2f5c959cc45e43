package dev.alloy.trace;

import dev.alloy.run.Attempt;
import dev.alloy.run.RunRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Whether a trace is the trace of a run. Where Alloy gave the attempt its trace id, that decides; where Foundry was driven otherwise, the
 * root event must be the Foundry run that was reported. Pure. Source: outcome.md, “Traces”.
 *
 * @param mismatches what is not the run's, a sentence each
 * @param contradictions those of the mismatches that are about what was approved: project, throttle, entry event
 * @param unchecked what the trace does not tell, by the members' names
 * @param attempt the attempt it is of; null where it is of none
 */
public record TraceMatch(
        List<String> mismatches,
        List<String> contradictions,
        List<String> unchecked,
        @Nullable Integer attempt) {

    /**
     * Compares.
     *
     * @param foundryRunId the Foundry run that was reported; null where none was
     * @param summary {@code alloy.trace_summary.v1}
     * @param attempts all of the run's attempts
     * @param byRoot whether the root event stands in for the trace id
     */
    static TraceMatch of(
            RunRequest run, @Nullable String foundryRunId, JsonNode summary, List<Attempt> attempts, boolean byRoot) {
        List<String> mismatches = new ArrayList<>();
        List<String> unchecked = new ArrayList<>();
        JsonNode correlation = summary.path("correlation");
        Integer attempt =
                byRoot ? ofRoot(run, foundryRunId, summary, mismatches) : ofTraceId(correlation, attempts, mismatches);
        List<String> contradictions = new ArrayList<>();
        compare("project", run.projectId(), summary.path("project"), contradictions, unchecked);
        compare("throttle", run.throttle(), summary.path("throttle"), contradictions, unchecked);
        compare("entry_event", run.entryEvent(), summary.path("entry_event"), contradictions, unchecked);
        mismatches.addAll(contradictions);
        text(correlation.path("run_request_id"))
                .filter(told -> !told.equals(run.id()))
                .ifPresent(told -> mismatches.add("The summary says that it is of the run " + told + "."));
        int others = summary.path("counts").path("events_of_other_chains").asInt(0);
        if (others > 0) {
            mismatches.add(others + " events are of another trace id, project or throttle than the root event.");
        }
        return new TraceMatch(List.copyOf(mismatches), List.copyOf(contradictions), List.copyOf(unchecked), attempt);
    }

    private static @Nullable Integer ofTraceId(JsonNode correlation, List<Attempt> attempts, List<String> mismatches) {
        String told = text(correlation.path("trace_id")).orElse("");
        Optional<Attempt> attempt =
                attempts.stream().filter(one -> one.traceId().equals(told)).findFirst();
        if (attempt.isEmpty()) {
            mismatches.add(told.isEmpty() ? "The trace has no trace id." : "No attempt of the run has this trace id.");
        }
        return attempt.map(Attempt::number).orElse(null);
    }

    private static @Nullable Integer ofRoot(
            RunRequest run, @Nullable String foundryRunId, JsonNode summary, List<String> mismatches) {
        String told = text(summary.path("correlation").path("foundry_run_id")).orElse("");
        if (foundryRunId == null) {
            mismatches.add("No Foundry run has been reported for the run, so its root event cannot be compared.");
            return null;
        }
        if (!Objects.equals(foundryRunId, told)) {
            mismatches.add("The root event is not the Foundry run that was reported.");
            return null;
        }
        return run.attempts();
    }

    private static void compare(
            String member, String own, JsonNode told, List<String> mismatches, List<String> unchecked) {
        Optional<String> text = text(told);
        if (text.isEmpty()) {
            unchecked.add(member);
        } else if (!text.get().equals(own)) {
            mismatches.add("The " + member.replace('_', ' ') + " is " + text.get() + ", not " + own + ".");
        }
    }

    private static Optional<String> text(JsonNode value) {
        return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    /** Whether nothing speaks against it. */
    public boolean matches() {
        return mismatches.isEmpty();
    }
}
