package dev.alloy.run.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.run.LateReport;
import dev.alloy.run.LateReports;
import dev.alloy.run.RunEvent;
import dev.alloy.run.RunEvents;
import dev.alloy.run.RunStreams;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.node.ObjectNode;

/** What happened to runs, and what runners tell while they are under way. */
@RestController
class RunEventController {

    private final RunEvents events;
    private final RunStreams streams;
    private final LateReports lateReports;

    RunEventController(RunEvents events, RunStreams streams, LateReports lateReports) {
        this.events = events;
        this.streams = streams;
        this.lateReports = lateReports;
    }

    record ToldEvent(
            int sequence,
            String type,
            OffsetDateTime occurredAt,
            @Nullable ObjectNode payload) {

        RunEvents.Told told() {
            return new RunEvents.Told(
                    sequence, type, occurredAt.toInstant(), payload == null ? "{}" : payload.toString());
        }
    }

    @JsonBody(schema = "tell_events")
    record TellEventsRequest(List<ToldEvent> events) {}

    record ToldResponse(int lastSequence) {}

    record RunEventResponse(
            String id,
            String type,
            @Nullable String fromStatus,
            @Nullable String toStatus,
            @Nullable Integer attempt,
            @Nullable Integer sequence,
            String actor,
            @JsonRawValue @Schema(type = "object") String detail,
            @Nullable String correlationId,
            Instant occurredAt) {

        static RunEventResponse of(RunEvent event) {
            return new RunEventResponse(
                    String.valueOf(event.id()),
                    event.type(),
                    event.fromStatus(),
                    event.toStatus(),
                    event.attempt(),
                    event.sequence(),
                    event.actor(),
                    event.detail(),
                    event.correlationId(),
                    event.occurredAt());
        }
    }

    @Tag(name = "Runner protocol")
    @Access(runner = true)
    @Problems({ProblemType.SEQUENCE_GAP, ProblemType.LEASE_EXPIRED, ProblemType.INVALID_TRANSITION})
    @Operation(operationId = "tellEvents", summary = "Report events of a run, in order; repeating is safe")
    @PostMapping("/api/run-requests/{id}/events")
    ToldResponse tell(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Alloy-Lease", required = false) @Nullable String lease,
            @RequestBody TellEventsRequest body) {
        return new ToldResponse(events.tell(
                caller, id, lease, body.events().stream().map(ToldEvent::told).toList()));
    }

    @Tag(name = "Runs")
    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listRunEvents", summary = "List the events of a run, newest first")
    @GetMapping(path = "/api/run-requests/{id}/events", produces = MediaType.APPLICATION_JSON_VALUE)
    Page<RunEventResponse> list(Caller caller, @PathVariable String id, PageQuery page) {
        return events.list(caller, id, page).map(RunEventResponse::of);
    }

    @Tag(name = "Runs")
    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listRunEvents", summary = "List the events of a run, newest first")
    @GetMapping(path = "/api/run-requests/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
        return streams.open(caller, id, number(lastEventId), RunEventResponse::of, null);
    }

    record LateReportResponse(
            String id,
            String runRequestId,
            String reason,
            @JsonRawValue @Schema(type = "object") String body,
            String digest,
            String reportedBy,
            Instant receivedAt) {

        static LateReportResponse of(LateReport report) {
            return new LateReportResponse(
                    String.valueOf(report.id()),
                    report.runRequestId(),
                    report.reason(),
                    new String(report.body(), StandardCharsets.UTF_8),
                    report.digest(),
                    report.reportedBy(),
                    report.receivedAt());
        }
    }

    @Tag(name = "Runs")
    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listLateReports", summary = "List late and conflicting reports about a run")
    @GetMapping("/api/run-requests/{id}/late-reports")
    Page<LateReportResponse> lateReports(Caller caller, @PathVariable String id, PageQuery page) {
        return lateReports.list(caller, id, page).map(LateReportResponse::of);
    }

    @Tag(name = "Runs")
    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listUnknownRuns", summary = "List reports about runs that a restore lost")
    @GetMapping("/api/late-reports")
    Page<LateReportResponse> unknownRuns(Caller caller, PageQuery page) {
        return lateReports.ofUnknownRuns(caller, page).map(LateReportResponse::of);
    }

    private static long number(@Nullable String lastEventId) {
        if (lastEventId == null) {
            return 0;
        }
        if (!lastEventId.matches("[0-9]{1,18}")) {
            throw ProblemType.INVALID_PARAMETER.because("'Last-Event-ID' is the id of an event of this stream.");
        }
        return Long.parseLong(lastEventId);
    }
}
