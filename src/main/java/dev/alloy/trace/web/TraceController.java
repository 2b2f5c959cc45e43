package dev.alloy.trace.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.http.Artifact;
import dev.alloy.http.Creates;
import dev.alloy.http.EntityTag;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.http.QueryValue;
import dev.alloy.http.SpooledBody;
import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import dev.alloy.run.RunRequest;
import dev.alloy.trace.JudgedTrace;
import dev.alloy.trace.TraceFormat;
import dev.alloy.trace.TraceImport;
import dev.alloy.trace.Traces;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Traces of runs. */
@Tag(name = "Outcome")
@RestController
class TraceController {

    private static final List<MediaType> TAKEN =
            List.of(MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN, MediaType.APPLICATION_OCTET_STREAM);

    private final Traces traces;
    private final PublicUrl urls;

    TraceController(Traces traces, PublicUrl urls) {
        this.traces = traces;
        this.urls = urls;
    }

    record TraceResponse(
            String id,
            String runRequestId,
            String projectId,
            String traceFormat,
            String digest,
            long sizeBytes,
            @Nullable Boolean eventIdsVerified,
            boolean matchesRun,
            List<String> mismatches,
            List<String> unchecked,
            boolean believed,
            @Nullable Integer attempt,

            @Schema(ref = "#/components/schemas/alloy.trace_summary.v1")
            JsonNode summary,

            String importedBy,
            Instant importedAt) {

        static TraceResponse of(JudgedTrace trace) {
            return new TraceResponse(
                    trace.kept().id(),
                    trace.kept().runRequestId(),
                    trace.kept().projectId(),
                    trace.kept().traceFormat(),
                    trace.kept().digest(),
                    trace.kept().sizeBytes(),
                    trace.eventIdsVerified(),
                    trace.belonging().matches(),
                    trace.belonging().mismatches(),
                    trace.belonging().unchecked(),
                    trace.believed(),
                    trace.belonging().attempt(),
                    trace.summary(),
                    trace.kept().importedBy(),
                    trace.kept().createdAt());
        }
    }

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS, runner = true)
    @Problems({ProblemType.UNREADABLE_TRACE, ProblemType.TOO_MANY_TRACES})
    @Operation(
            operationId = "importTrace",
            summary = "Send the trace of a run as Foundry wrote it; repeating the same bytes is safe",
            requestBody =
                    @RequestBody(
                            required = true,
                            description =
                                    "The trace as it is, up to 50 MiB unless configured otherwise; gzip is welcome.",
                            content = {
                                @Content(
                                        mediaType = "application/json",
                                        schema = @Schema(ref = "#/components/schemas/foundry.process_result")),
                                @Content(mediaType = "text/plain", schema = @Schema(type = "string"))
                            }))
    @ApiResponse(responseCode = "201")
    @ApiResponse(responseCode = "200", description = "The run already had these bytes.")
    @PostMapping("/api/run-requests/{id}/traces")
    ResponseEntity<TraceResponse> take(
            Caller caller,
            @PathVariable String id,
            @Parameter(schema = @Schema(implementation = TraceFormat.class)) @RequestParam("trace_format")
                    String traceFormat,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.CONTENT_TYPE, required = false) @Nullable
                    String contentType,
            @Parameter(hidden = true) SpooledBody body)
            throws IOException {
        return take(caller, traces.run(caller, id), format(traceFormat), contentType, body);
    }

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS, runner = true)
    @Problems(ProblemType.TOO_MANY_TRACES)
    @Operation(
            operationId = "importTraceSummary",
            summary = "Send a trace summary of a run, if the trace itself cannot be sent",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(ref = "#/components/schemas/alloy.trace_summary.v1"))))
    @ApiResponse(responseCode = "201")
    @ApiResponse(responseCode = "200", description = "The run already had these bytes.")
    @PostMapping("/api/run-requests/{id}/trace-summary")
    ResponseEntity<TraceResponse> summary(
            Caller caller,
            @PathVariable String id,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.CONTENT_TYPE, required = false) @Nullable
                    String contentType,
            @Parameter(hidden = true) SpooledBody body)
            throws IOException {
        return take(caller, traces.run(caller, id), TraceFormat.SUMMARY, contentType, body);
    }

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS, runner = true)
    @Problems({ProblemType.UNREADABLE_TRACE, ProblemType.AMBIGUOUS_FOUNDRY_RUN, ProblemType.TOO_MANY_TRACES})
    @Operation(
            operationId = "importFoundryTrace",
            summary = "Send the trace of a run, by the id Foundry gave it",
            requestBody =
                    @RequestBody(
                            required = true,
                            description =
                                    "The trace as it is, up to 50 MiB unless configured otherwise; gzip is welcome.",
                            content = {
                                @Content(
                                        mediaType = "application/json",
                                        schema = @Schema(ref = "#/components/schemas/foundry.process_result")),
                                @Content(mediaType = "text/plain", schema = @Schema(type = "string"))
                            }))
    @ApiResponse(responseCode = "201")
    @ApiResponse(responseCode = "200", description = "The run already had these bytes.")
    @PostMapping("/api/foundry-runs/{foundry_run_id}/traces")
    ResponseEntity<TraceResponse> takeOfFoundry(
            Caller caller,
            @PathVariable("foundry_run_id") String foundryRunId,
            @Parameter(schema = @Schema(implementation = TraceFormat.class)) @RequestParam("trace_format")
                    String traceFormat,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.CONTENT_TYPE, required = false) @Nullable
                    String contentType,
            @Parameter(hidden = true) SpooledBody body)
            throws IOException {
        return take(caller, traces.runOfFoundry(caller, foundryRunId), format(traceFormat), contentType, body);
    }

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS, runner = true)
    @Problems({ProblemType.AMBIGUOUS_FOUNDRY_RUN, ProblemType.TOO_MANY_TRACES})
    @Operation(
            operationId = "importFoundryTraceSummary",
            summary = "Send a trace summary of a run, by the id Foundry gave it",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(ref = "#/components/schemas/alloy.trace_summary.v1"))))
    @ApiResponse(responseCode = "201")
    @ApiResponse(responseCode = "200", description = "The run already had these bytes.")
    @PostMapping("/api/foundry-runs/{foundry_run_id}/trace-summary")
    ResponseEntity<TraceResponse> summaryOfFoundry(
            Caller caller,
            @PathVariable("foundry_run_id") String foundryRunId,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.CONTENT_TYPE, required = false) @Nullable
                    String contentType,
            @Parameter(hidden = true) SpooledBody body)
            throws IOException {
        return take(caller, traces.runOfFoundry(caller, foundryRunId), TraceFormat.SUMMARY, contentType, body);
    }

    private ResponseEntity<TraceResponse> take(
            Caller caller, RunRequest run, TraceFormat format, @Nullable String contentType, SpooledBody body)
            throws IOException {
        refuseOther(contentType);
        Traces.Taken taken = traces.take(caller, run, format, body);
        URI location =
                URI.create(urls.of("/api/trace-imports/" + taken.trace().kept().id()));
        ResponseEntity.BodyBuilder answer = taken.replayed()
                ? ResponseEntity.ok().location(location).header("Idempotent-Replayed", "true")
                : ResponseEntity.created(location);
        return answer.body(TraceResponse.of(taken.trace()));
    }

    private static void refuseOther(@Nullable String contentType) {
        if (contentType == null || TAKEN.stream().noneMatch(MediaType.parseMediaType(contentType)::isCompatibleWith)) {
            throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because((contentType == null
                            ? "The body has no Content-Type; "
                            : "The body was sent as '" + Masked.excerpt(contentType) + "'; ")
                    + "a trace is sent as application/json, text/plain or application/octet-stream, plain or gzip.");
        }
    }

    private static TraceFormat format(String name) {
        return Objects.requireNonNull(
                QueryValue.named("trace_format", name, TraceFormat.values(), TraceFormat::wireName));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listTraces", summary = "List the traces that were sent for a run, newest first")
    @GetMapping("/api/run-requests/{id}/traces")
    Page<TraceResponse> list(Caller caller, @PathVariable String id, PageQuery page) {
        return traces.list(caller, id, page).map(TraceResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getTraceImport", summary = "Read the summary of a trace, and whether it is the run's")
    @GetMapping("/api/trace-imports/{id}")
    TraceResponse get(Caller caller, @PathVariable String id) {
        return TraceResponse.of(traces.get(caller, id));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getRawTrace", summary = "Download the trace's bytes as they were sent")
    @GetMapping(path = "/api/trace-imports/{id}/raw", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    ResponseEntity<InputStreamResource> raw(Caller caller, @PathVariable String id) throws IOException {
        TraceImport trace = traces.kept(caller, id);
        InputStream bytes = traces.open(trace);
        String ending = trace.traceFormat().equals(TraceFormat.CLI_TEXT.wireName()) ? ".txt" : ".json";
        String name = trace.id() + ending;
        return ResponseEntity.ok()
                // Text from a repository: a browser is to keep it, not to show it.
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(trace.sizeBytes())
                .eTag(EntityTag.of(trace.digest()))
                .header("Repr-Digest", Artifact.reprDigest(trace.digest()))
                .header("X-Content-Type-Options", "nosniff")
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment().filename(name).build().toString())
                .body(new InputStreamResource(bytes));
    }
}
