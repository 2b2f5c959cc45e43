package dev.alloy.outcome.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.http.PageQuery;
import dev.alloy.http.QueryValue;
import dev.alloy.outcome.EvidenceCoverage;
import dev.alloy.outcome.EvidenceCoverage.CapabilityCoverage;
import dev.alloy.outcome.EvidenceCoverage.CoveredRun;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The evidence of a project over time. */
@Tag(name = "Evidence")
@RestController
class CoverageController {

    private final EvidenceCoverage coverage;

    CoverageController(EvidenceCoverage coverage) {
        this.coverage = coverage;
    }

    record CoverageResponse(
            String projectId,
            List<CapabilityCoverage> capabilities,
            List<CoveredRun> items,
            @Nullable String nextCursor) {}

    @Access(authority = Authority.VIEW)
    @Operation(
            operationId = "getProjectEvidence",
            summary = "List how ended runs covered the project's capabilities with evidence, newest first")
    @GetMapping("/api/projects/{id}/evidence")
    CoverageResponse of(
            Caller caller,
            @PathVariable String id,
            PageQuery page,
            @Parameter(schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(required = false)
                    @Nullable
                    String since,
            @RequestParam(name = "capability_id", required = false) @Nullable String capabilityId) {
        EvidenceCoverage.Coverage found =
                coverage.of(caller, id, page, QueryValue.instant("since", since), capabilityId);
        return new CoverageResponse(
                id, found.capabilities(), found.runs().items(), found.runs().nextCursor());
    }
}
