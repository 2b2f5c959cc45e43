package dev.alloy.compilation.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.BriefDiffs;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.Compilations;
import dev.alloy.compilation.CompileWarnings;
import dev.alloy.compilation.CompiledRequest;
import dev.alloy.compilation.TargetEvaluation;
import dev.alloy.compilation.Targets;
import dev.alloy.contract.JsonDocument;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.http.QueryValue;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Compiling, and reading what was compiled. */
@Tag(name = "Briefs")
@RestController
class BriefController {

    private final Compilations compilations;
    private final Briefs briefs;
    private final Targets targets;
    private final BriefDiffs diffs;
    private final CompileWarnings warnings;
    private final PublicUrl urls;

    BriefController(
            Compilations compilations,
            Briefs briefs,
            Targets targets,
            BriefDiffs diffs,
            CompileWarnings warnings,
            PublicUrl urls) {
        this.compilations = compilations;
        this.briefs = briefs;
        this.targets = targets;
        this.diffs = diffs;
        this.warnings = warnings;
        this.urls = urls;
    }

    /** Validated where it is compiled, which has more to say about it than the schema. */
    @JsonBody(schema = "compile_brief", validated = false)
    record CompileBriefRequest(JsonDocument document) {}

    record ReportResponse(
            String briefId,
            String manifestDigest,
            String mode,
            @JsonRawValue @Schema(type = "array") String items,
            TargetStandingResponse targetEvaluation) {}

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS)
    @Problems({ProblemType.INCOMPATIBLE_TARGET, ProblemType.UNKNOWN_REFERENCE})
    @ApiResponse(
            responseCode = "201",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = BriefResponse.class)))
    @ApiResponse(
            responseCode = "200",
            description = "The preview; nothing was stored.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = PreviewResponse.class)))
    @Operation(operationId = "compileBrief", summary = "Compile an intent for an installation, or preview the result")
    @PostMapping("/api/projects/{id}/formation-briefs")
    ResponseEntity<CompileResponse> compile(
            Caller caller,
            @PathVariable String id,
            @Parameter(schema = @Schema(type = "boolean", defaultValue = "false"))
                    @RequestParam(name = "preview", required = false)
                    @Nullable
                    String preview,
            @RequestBody CompileBriefRequest body) {
        if (QueryValue.flag("preview", preview)) {
            CompiledRequest prepared =
                    compilations.preview(caller, id, body.document().tree());
            return ResponseEntity.ok(PreviewResponse.of(prepared, warnings.of(prepared)));
        }
        Compilations.Compiled made =
                compilations.compile(caller, id, body.document().tree());
        TargetEvaluation evaluation = targets.evaluate(made.brief());
        return ResponseEntity.created(URI.create(
                        urls.of("/api/formation-briefs/" + made.brief().id())))
                .eTag(Briefs.tag(made.brief(), evaluation))
                .body(BriefResponse.of(made, evaluation, warnings.of(made.brief())));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listBriefs", summary = "List the briefs of a project")
    @GetMapping("/api/projects/{id}/formation-briefs")
    Page<BriefSummaryResponse> list(Caller caller, @PathVariable String id, PageQuery page) {
        return briefs.list(caller, id, page).map(BriefSummaryResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getBrief", summary = "Read a brief, and whether its target still holds")
    @GetMapping("/api/formation-briefs/{id}")
    ResponseEntity<BriefResponse> get(Caller caller, @PathVariable String id) {
        Compilations.Compiled whole = briefs.getWhole(caller, id);
        TargetEvaluation evaluation = targets.evaluate(whole.brief());
        return ResponseEntity.ok()
                .eTag(Briefs.tag(whole.brief(), evaluation))
                .body(BriefResponse.of(whole, evaluation, warnings.of(whole.brief())));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getBriefReport", summary = "Explain how the intent was lowered for the installation")
    @GetMapping("/api/formation-briefs/{id}/report")
    ReportResponse report(Caller caller, @PathVariable String id) {
        Briefs.Explained explained = briefs.explain(caller, id);
        Brief brief = explained.brief();
        return new ReportResponse(
                brief.id(),
                brief.manifestDigest(),
                explained.mode(),
                brief.report(),
                TargetStandingResponse.of(targets.evaluate(brief)));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "diffBriefs", summary = "Compare two briefs of a project")
    @GetMapping("/api/formation-briefs/{id}/diff")
    BriefDiffResponse diff(Caller caller, @PathVariable String id, @RequestParam(name = "against") String against) {
        return BriefDiffResponse.of(diffs.between(caller, id, against));
    }
}
