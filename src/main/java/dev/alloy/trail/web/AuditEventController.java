package dev.alloy.trail.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.http.QueryValue;
import dev.alloy.trail.AuditEvent;
import dev.alloy.trail.AuditExport;
import dev.alloy.trail.AuditTrail;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit log as people read it. */
@RestController
@Tag(name = "Audit")
class AuditEventController {

    private static final String NDJSON = "application/x-ndjson";

    private final AuditTrail trail;
    private final AuditExport export;

    AuditEventController(AuditTrail trail, AuditExport export) {
        this.trail = trail;
        this.export = export;
    }

    record AuditEventResponse(
            String id,
            Instant occurredAt,
            @Nullable String organizationId,
            @Nullable String projectId,
            ActorResponse actor,
            String type,
            TargetResponse target,
            @Nullable String beforeDigest,
            @Nullable String afterDigest,
            @Nullable String correlationId,
            @JsonRawValue @Schema(type = "object") String detail) {

        static AuditEventResponse of(AuditEvent event) {
            return new AuditEventResponse(
                    String.valueOf(event.id()),
                    event.occurredAt(),
                    event.organizationId(),
                    event.projectId(),
                    new ActorResponse(
                            event.actorType(), event.actorName(), event.credentialId(), event.remoteAddress()),
                    event.type(),
                    new TargetResponse(event.targetType(), event.targetId()),
                    event.beforeDigest(),
                    event.afterDigest(),
                    event.correlationId(),
                    event.detail());
        }
    }

    record ActorResponse(
            String type,
            String name,
            @Nullable String credentialId,
            @Nullable String remoteAddress) {}

    record TargetResponse(String type, String id) {}

    @Access(authority = Authority.VIEW)
    @Operation(
            operationId = "listAuditEvents",
            summary = "List audit events, newest first; or export the sealed log as JSON Lines")
    @GetMapping(path = "/api/audit-events", produces = MediaType.APPLICATION_JSON_VALUE)
    Page<AuditEventResponse> list(
            Caller caller,
            PageQuery page,
            @RequestParam(name = "project_id", required = false) @Nullable String projectId,
            @RequestParam(required = false) @Nullable String type,
            @RequestParam(required = false) @Nullable String actor,
            @RequestParam(name = "target_type", required = false) @Nullable String targetType,
            @RequestParam(name = "target_id", required = false) @Nullable String targetId,
            @RequestParam(name = "correlation_id", required = false) @Nullable String correlationId,
            @Parameter(schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(required = false)
                    @Nullable
                    String since,
            @Parameter(schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(required = false)
                    @Nullable
                    String until) {
        AuditTrail.Wanted wanted = new AuditTrail.Wanted(
                projectId,
                type,
                actor,
                targetType,
                targetId,
                correlationId,
                QueryValue.instant("since", since),
                QueryValue.instant("until", until));
        return trail.list(caller, page, wanted).map(AuditEventResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(
            operationId = "listAuditEvents",
            summary = "List audit events, newest first; or export the sealed log as JSON Lines")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = NDJSON, schema = @Schema(type = "string")))
    @GetMapping(path = "/api/audit-events", produces = NDJSON)
    void export(
            Caller caller,
            HttpServletResponse response,
            @RequestParam(name = "project_id", required = false) @Nullable String projectId,
            @RequestParam(required = false) @Nullable String type,
            @RequestParam(required = false) @Nullable String actor,
            @RequestParam(name = "target_type", required = false) @Nullable String targetType,
            @RequestParam(name = "target_id", required = false) @Nullable String targetId,
            @RequestParam(name = "correlation_id", required = false) @Nullable String correlationId,
            @Parameter(schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(required = false)
                    @Nullable
                    String since,
            @Parameter(schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(required = false)
                    @Nullable
                    String until)
            throws IOException {
        AuditTrail.Wanted wanted = new AuditTrail.Wanted(
                projectId,
                type,
                actor,
                targetType,
                targetId,
                correlationId,
                QueryValue.instant("since", since),
                QueryValue.instant("until", until));
        response.setContentType(NDJSON);
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"audit-events.ndjson\"");
        export.write(caller, wanted, response.getOutputStream());
    }
}
