package dev.alloy.console.web;

import dev.alloy.access.Caller;
import dev.alloy.contract.Revisions;
import dev.alloy.outcome.Results;
import dev.alloy.outcome.RunResult;
import dev.alloy.run.Attempt;
import dev.alloy.run.RunReports;
import dev.alloy.run.RunRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Which whole revision runners found where a brief has only the first digits of it. */
@Component
class ToldRevisions {

    private final RunReports reports;
    private final Results results;

    ToldRevisions(RunReports reports, Results results) {
        this.reports = reports;
        this.results = results;
    }

    /**
     * A whole revision, and the run whose runner found it.
     *
     * @param revision all of its digits
     */
    record Told(String revision, Address run, String runId) {}

    /** What was told of these runs; nothing where they tell different commits, as then the digits do not say which. */
    @Transactional(readOnly = true)
    public Optional<Told> of(Caller caller, String shortened, List<RunRequest> runs) {
        List<Told> told = runs.stream()
                .flatMap(run -> found(caller, run)
                        .filter(revision -> Revisions.isComplete(revision) && revision.startsWith(shortened))
                        .map(revision -> new Told(revision, Address.run(run.id()), run.id())))
                .toList();
        boolean one = told.stream().map(Told::revision).distinct().count() == 1;
        return one ? Optional.of(told.get(0)) : Optional.empty();
    }

    private Stream<String> found(Caller caller, RunRequest run) {
        return Stream.concat(
                reports.newestAttempt(run).map(Attempt::repoRevisionBefore).stream(),
                results.of(caller, run).map(RunResult::repoRevisionBefore).stream());
    }
}
