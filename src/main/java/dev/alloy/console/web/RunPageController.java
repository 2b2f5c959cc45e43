package dev.alloy.console.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Session;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStreams;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** A run: where it is and why, what it proved, what is on record. */
@Hidden
@Controller
class RunPageController {

    private final Runs runs;
    private final RunHeads heads;
    private final RunTabs tabs;
    private final RunStreams streams;

    RunPageController(Runs runs, RunHeads heads, RunTabs tabs, RunStreams streams) {
        this.runs = runs;
        this.heads = heads;
        this.tabs = tabs;
        this.streams = streams;
    }

    /** A run that waits shows why, and one that has ended what came of it. */
    @Access(authority = Authority.VIEW)
    @GetMapping("/runs/{id}")
    ResponseEntity<byte[]> run(Caller caller, HttpServletRequest request, @PathVariable String id) {
        RunRequest run = runs.get(caller, id);
        return page(caller, request, run, run.status().isTerminal() ? RunTab.REPORT : RunTab.WHY);
    }

    @Access(authority = Authority.VIEW)
    @GetMapping(path = "/runs/{id}/{tab}", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<byte[]> part(
            Caller caller, HttpServletRequest request, @PathVariable String id, @PathVariable String tab) {
        RunTab chosen = RunTab.of(tab);
        if (chosen == null) {
            throw ProblemType.NOT_FOUND.because("A run's page has no such part.");
        }
        return page(caller, request, runs.get(caller, id), chosen);
    }

    /** Of two handlers of one address the Accept header chooses; a pattern with a variable would lose to the stream's. */
    @Access(authority = Authority.VIEW)
    @GetMapping(path = "/runs/{id}/events", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<byte[]> events(Caller caller, HttpServletRequest request, @PathVariable String id) {
        return page(caller, request, runs.get(caller, id), RunTab.EVENTS);
    }

    /** What has happened since the page was drawn; each event says that it is time to draw it again. */
    @Access(authority = Authority.VIEW)
    @GetMapping(path = "/runs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter live(
            Caller caller,
            HttpServletRequest request,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String after,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
        Session session = Visitor.of(request).session();
        return streams.open(
                caller,
                id,
                number(lastEventId == null ? after : lastEventId),
                event -> "{}",
                session == null ? null : session.id());
    }

    private static long number(@Nullable String id) {
        return id == null || !id.matches("[0-9]{1,18}") ? 0 : Long.parseLong(id);
    }

    private ResponseEntity<byte[]> page(Caller caller, HttpServletRequest request, RunRequest run, RunTab tab) {
        Shell shell = Shell.of(request, "Run " + run.id(), Shell.Section.RUNS);
        return Html.page(tabs.draw(caller, run, tab, shell, heads.of(caller, run, tab)));
    }
}
