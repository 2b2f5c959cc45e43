package dev.alloy.console.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.BriefSummary;
import dev.alloy.compilation.Briefs;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Finds what people have copied from somewhere: an id, a digest, a revision, a branch, a trace id. The words are not logged. */
@Hidden
@Controller
class SearchController {

    private static final int LONGEST = 300;
    private static final PageQuery SOME = new PageQuery(20, null, "");
    private static final Pattern TRACE = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern REVISION = Pattern.compile("[0-9a-f]{4,64}");
    private static final Pattern DIGEST = Pattern.compile("(?:sha256:)?[0-9a-f]{64}");
    private static final Pattern SECRET =
            Pattern.compile("(?i)bearer\\s|authorization\\s*:|-----BEGIN|alloy_(?:pat|rnr|reg|lse|cbk|ses)_");

    private final Runs runs;
    private final Briefs briefs;
    private final DatabaseClock clock;

    SearchController(Runs runs, Briefs briefs, DatabaseClock clock) {
        this.runs = runs;
        this.briefs = briefs;
        this.clock = clock;
    }

    /** A brief that was found. */
    record FoundBrief(
            Address address,
            Address runs,
            String id,
            String what,
            String project,
            String branch,
            String revision,
            Moment at) {}

    /** What was found. */
    record View(String words, List<RunsController.Row> runs, List<FoundBrief> briefs) {}

    @Access(authority = Authority.VIEW)
    @GetMapping("/search")
    ResponseEntity<byte[]> search(
            Caller caller, HttpServletRequest request, @RequestParam(required = false) @Nullable String q) {
        String words = q == null ? "" : q.strip();
        if (Masked.isNeeded(words) || SECRET.matcher(words).find()) {
            throw ProblemType.INVALID_PARAMETER.because(
                    "Your search looks like a credential, so it was not run. If it is one, have it revoked: it is now in your browser's history.");
        }
        if (words.length() > LONGEST) {
            throw ProblemType.INVALID_PARAMETER.because("A search has at most 300 characters.");
        }
        Instant now = clock.now();
        View view = new View(
                words,
                words.isEmpty()
                        ? List.of()
                        : runs(caller, words).values().stream()
                                .map(run -> RunsController.row(run, null, now))
                                .toList(),
                words.isEmpty()
                        ? List.of()
                        : briefs(caller, words).values().stream()
                                .map(brief -> shown(brief, now))
                                .toList());
        Shell shell = Shell.of(request, "Search", Shell.Section.NONE).searching(words);
        return Html.page(out -> JtesearchGenerated.render(out, Html.AS_IT_IS, shell, view));
    }

    private Map<String, RunRequest> runs(Caller caller, String words) {
        Map<String, RunRequest> found = new LinkedHashMap<>();
        add(caller, found, "id", words);
        add(caller, found, "foundryRunId", words);
        String lower = words.toLowerCase(Locale.ROOT);
        if (TRACE.matcher(lower).matches()) {
            add(caller, found, "id", runs.idOfTrace(caller, lower));
        }
        return found;
    }

    private void add(Caller caller, Map<String, RunRequest> found, String attribute, String value) {
        runs.list(caller, SOME, Map.of(attribute, value)).items().forEach(run -> found.put(run.id(), run));
    }

    private Map<String, BriefSummary> briefs(Caller caller, String words) {
        Map<String, BriefSummary> found = new LinkedHashMap<>();
        find(caller, found, "id", words);
        find(caller, found, "branch", words);
        String lower = words.toLowerCase(Locale.ROOT);
        if (REVISION.matcher(lower).matches()) {
            find(caller, found, "repoRevision", lower);
        }
        if (DIGEST.matcher(lower).matches()) {
            find(caller, found, "digest", lower.startsWith("sha256:") ? lower : "sha256:" + lower);
        }
        return found;
    }

    private void find(Caller caller, Map<String, BriefSummary> found, String attribute, String value) {
        briefs.find(caller, SOME, Map.of(attribute, value)).items().forEach(brief -> found.put(brief.id(), brief));
    }

    private static FoundBrief shown(BriefSummary brief, Instant now) {
        return new FoundBrief(
                Address.brief(brief.id()),
                Address.RUNS.with("brief", brief.id()),
                brief.id(),
                brief.entryEvent() + " · " + brief.throttle(),
                brief.projectId(),
                brief.branch(),
                brief.repoRevision(),
                Moment.of(brief.createdAt(), now));
    }
}
