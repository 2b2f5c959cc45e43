package dev.alloy.compilation.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.BriefDecisions;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.Compilations;
import dev.alloy.compilation.CompileWarnings;
import dev.alloy.compilation.GateOverlay;
import dev.alloy.compilation.TargetEvaluation;
import dev.alloy.compilation.Targets;
import dev.alloy.http.EntityTag;
import dev.alloy.http.JsonBody;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** What people decide about briefs and gate overlays short of approving them. */
@Tag(name = "Briefs")
@RestController
class DecisionController {

    private final BriefDecisions decisions;
    private final Targets targets;
    private final CompileWarnings warnings;

    DecisionController(BriefDecisions decisions, Targets targets, CompileWarnings warnings) {
        this.decisions = decisions;
        this.targets = targets;
        this.warnings = warnings;
    }

    @JsonBody(schema = "reason")
    record ReasonRequest(String reason) {}

    @JsonBody(schema = "archive_brief")
    record ArchiveRequest(@Nullable String reason) {}

    @JsonBody(schema = "empty")
    record EmptyRequest() {}

    @Access(authority = Authority.APPROVE_DRY_RUN)
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(
            operationId = "rejectBrief",
            summary = "Reject a brief that was never approved; waiting runs are declined")
    @PostMapping("/api/formation-briefs/{id}/reject")
    ResponseEntity<BriefResponse> reject(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody ReasonRequest body) {
        return brief(decisions.reject(caller, id, ifMatch, body.reason()));
    }

    @Access(authority = Authority.APPROVE_DRY_RUN)
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(
            operationId = "archiveBrief",
            summary = "Archive an approved brief; its approvals end and waiting runs are declined")
    @PostMapping("/api/formation-briefs/{id}/archive")
    ResponseEntity<BriefResponse> archive(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody ArchiveRequest body) {
        return brief(decisions.archive(caller, id, ifMatch, body.reason()));
    }

    private ResponseEntity<BriefResponse> brief(Compilations.Compiled whole) {
        TargetEvaluation evaluation = targets.evaluate(whole.brief());
        return ResponseEntity.ok()
                .eTag(Briefs.tag(whole.brief(), evaluation))
                .body(BriefResponse.of(whole, evaluation, warnings.of(whole.brief())));
    }

    @Access(authority = Authority.APPROVE_DRY_RUN)
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(operationId = "acceptGateOverlay", summary = "Accept a gate overlay before the brief is approved")
    @PostMapping("/api/gate-overlays/{id}/accept")
    ResponseEntity<GateOverlayResponse> acceptOverlay(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody EmptyRequest body) {
        return overlay(decisions.acceptOverlay(caller, id, ifMatch));
    }

    @Access(authority = Authority.APPROVE_DRY_RUN)
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(
            operationId = "rejectGateOverlay",
            summary = "Reject a gate overlay; if it is required, its brief cannot be approved")
    @PostMapping("/api/gate-overlays/{id}/reject")
    ResponseEntity<GateOverlayResponse> rejectOverlay(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody ReasonRequest body) {
        return overlay(decisions.rejectOverlay(caller, id, ifMatch, body.reason()));
    }

    private static ResponseEntity<GateOverlayResponse> overlay(GateOverlay overlay) {
        return ResponseEntity.ok()
                .eTag(EntityTag.of(overlay.id(), overlay.version()))
                .body(GateOverlayResponse.of(overlay));
    }
}
