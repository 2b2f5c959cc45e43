package dev.alloy.outcome.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.outcome.EvidenceWaiver;
import dev.alloy.outcome.Waivers;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Waivers of evidence. */
@Tag(name = "Evidence")
@RestController
class WaiverController {

    private final Waivers waivers;
    private final PublicUrl urls;

    WaiverController(Waivers waivers, PublicUrl urls) {
        this.waivers = waivers;
        this.urls = urls;
    }

    @JsonBody(schema = "waive_evidence")
    record WaiveRequest(
            String reason, LocalDate reviewDate, @Nullable OffsetDateTime expiresAt) {}

    record WaiverResponse(
            String id,
            String evidenceDefinitionId,
            String reason,
            String waivedBy,
            LocalDate reviewDate,
            Instant expiresAt,
            Instant createdAt) {

        static WaiverResponse of(EvidenceWaiver waiver) {
            return new WaiverResponse(
                    waiver.id(),
                    waiver.evidenceDefinitionId(),
                    waiver.reason(),
                    waiver.waivedBy(),
                    waiver.reviewDate(),
                    waiver.expiresAt(),
                    waiver.createdAt());
        }
    }

    @Creates
    @Access(authority = Authority.WAIVE_EVIDENCE)
    @Operation(operationId = "waiveEvidence", summary = "Waive missing evidence until a time")
    @PostMapping("/api/evidence-definitions/{id}/waivers")
    ResponseEntity<WaiverResponse> waive(Caller caller, @PathVariable String id, @RequestBody WaiveRequest body) {
        EvidenceWaiver waiver = waivers.waive(
                caller,
                id,
                body.reason(),
                body.reviewDate(),
                body.expiresAt() == null ? null : body.expiresAt().toInstant());
        return ResponseEntity.created(URI.create(urls.of("/api/evidence-definitions/" + id + "/waivers")))
                .body(WaiverResponse.of(waiver));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listWaivers", summary = "List the waivers of an evidence definition, newest first")
    @GetMapping("/api/evidence-definitions/{id}/waivers")
    Page<WaiverResponse> list(Caller caller, @PathVariable String id, PageQuery page) {
        return waivers.list(caller, id, page).map(WaiverResponse::of);
    }
}
