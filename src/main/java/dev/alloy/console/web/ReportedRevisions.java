package dev.alloy.console.web;

import dev.alloy.access.Caller;
import dev.alloy.contract.Revisions;
import dev.alloy.outcome.Results;
import dev.alloy.outcome.RunResult;
import dev.alloy.run.Attempt;
import dev.alloy.run.RunCompletion;
import dev.alloy.run.RunRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Which whole revision runners found where a brief has only the first digits of it. */
@Component
class ReportedRevisions {

    private final RunCompletion reports;
    private final Results results;

    ReportedRevisions(RunCompletion reports, Results results) {
        this.reports = reports;
        this.results = results;
    }

    /**
     * A whole revision, and the run whose runner found it.
     *
     * @param revision all of its digits
     */
    record ReportedRevision(String revision, Address run, String runId) {}

    /** What was told of these runs; nothing where they tell different commits, as then the digits do not say which. */
    @Transactional(readOnly = true)
    public Optional<ReportedRevision> of(Caller caller, String shortened, List<RunRequest> runs) {
        List<ReportedRevision> told = runs.stream()
                .flatMap(run -> found(caller, run)
                        .filter(revision -> Revisions.isComplete(revision) && revision.startsWith(shortened))
                        .map(revision -> new ReportedRevision(revision, Address.run(run.id()), run.id())))
                .toList();
        boolean one = told.stream().map(ReportedRevision::revision).distinct().count() == 1;
        return one ? Optional.of(told.get(0)) : Optional.empty();
    }

    private Stream<String> found(Caller caller, RunRequest run) {
        return Stream.concat(
                reports.newestAttempt(run).map(Attempt::repoRevisionBefore).stream(),
                results.of(caller, run).map(RunResult::repoRevisionBefore).stream());
    }
}
