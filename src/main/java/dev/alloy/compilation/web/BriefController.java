package dev.alloy.compilation.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.BriefStatus;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.Compilations;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.compilation.GateOverlay;
import dev.alloy.compiler.RepoContext;
import dev.alloy.http.Artifact;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@Tag(name = "Briefs")
@RestController
class BriefController {

    private final Compilations compilations;
    private final Briefs briefs;
    private final PublicUrl urls;

    BriefController(Compilations compilations, Briefs briefs, PublicUrl urls) {
        this.compilations = compilations;
        this.briefs = briefs;
        this.urls = urls;
    }

    record Repo(String path, String revision, @Nullable String branch) {}

    @JsonBody(schema = "compile_brief")
    record CompileBriefRequest(String installationId, Repo repo, ObjectNode sourceIntent) {}

    record PackReference(String id, String digest) {}

    record OverlayReference(String id, String mode, String digest, String status) {

        static OverlayReference of(GateOverlay overlay) {
            return new OverlayReference(overlay.id(), overlay.mode(), overlay.digest(), overlay.status());
        }
    }

    record EvidenceResponse(
            String id,
            String key,
            String statement,
            String kind,
            boolean required,
            @Nullable String gate,
            List<String> capabilityIds) {

        static EvidenceResponse of(EvidenceDefinition definition) {
            return new EvidenceResponse(
                    definition.id(),
                    definition.key(),
                    definition.statement(),
                    definition.kind(),
                    definition.required(),
                    definition.gate(),
                    definition.capabilityIds());
        }
    }

    /** A brief as lists show it. */
    record BriefSummaryResponse(
            String id,
            String organizationId,
            String projectId,
            int version,
            String digest,
            BriefStatus status,
            String schemaVersion,
            String compilerVersion,
            String installationId,
            String manifestDigest,
            String sourceIntentDigest,
            Repo repo,
            String entryEvent,
            String throttle,
            String effect,
            String createdBy,
            Instant createdAt,
            @Nullable String approvedBy,
            @Nullable Instant approvedAt) {

        static BriefSummaryResponse of(Brief brief) {
            return new BriefSummaryResponse(
                    brief.id(),
                    brief.organizationId(),
                    brief.projectId(),
                    brief.ordinal(),
                    brief.digest(),
                    brief.status(),
                    brief.schemaVersion(),
                    brief.compilerVersion(),
                    brief.installationId(),
                    brief.manifestDigest(),
                    brief.sourceIntentDigest(),
                    new Repo(brief.repoPath(), brief.repoRevision(), brief.branch()),
                    brief.entryEvent(),
                    brief.throttle(),
                    brief.effect(),
                    brief.createdBy(),
                    brief.createdAt(),
                    brief.approvedBy(),
                    brief.approvedAt());
        }
    }

    record BriefResponse(
            @JsonUnwrapped BriefSummaryResponse summary,
            PackReference promptPack,
            List<OverlayReference> gateOverlays,
            List<EvidenceResponse> evidenceDefinitions,
            @JsonRawValue @Schema(type = "object") String target) {

        static BriefResponse of(Compilations.Compiled compiled) {
            return new BriefResponse(
                    BriefSummaryResponse.of(compiled.brief()),
                    new PackReference(compiled.pack().id(), compiled.pack().digest()),
                    compiled.overlays().stream().map(OverlayReference::of).toList(),
                    compiled.evidence().stream().map(EvidenceResponse::of).toList(),
                    compiled.brief().target());
        }
    }

    record ReportResponse(
            String briefId,
            String manifestDigest,
            String mode,
            @JsonRawValue @Schema(type = "array") String items) {}

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS)
    @Problems(ProblemType.INCOMPATIBLE_TARGET)
    @Operation(operationId = "compileBrief", summary = "Compile an intent for an installation")
    @PostMapping("/api/projects/{id}/formation-briefs")
    ResponseEntity<BriefResponse> compile(
            Caller caller, @PathVariable String id, @RequestBody CompileBriefRequest body) {
        Repo repo = body.repo();
        Compilations.Compiled made = compilations.compile(
                caller,
                id,
                new Compilations.Order(
                        body.installationId(),
                        new RepoContext(repo.path(), repo.revision(), repo.branch()),
                        body.sourceIntent()));
        return ResponseEntity.created(URI.create(
                        urls.of("/api/formation-briefs/" + made.brief().id())))
                .eTag(Briefs.tag(made.brief()))
                .body(BriefResponse.of(made));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listBriefs", summary = "List the briefs of a project")
    @GetMapping("/api/projects/{id}/formation-briefs")
    Page<BriefSummaryResponse> list(Caller caller, @PathVariable String id, PageQuery page) {
        return briefs.list(caller, id, page).map(BriefSummaryResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getBrief", summary = "Read a brief")
    @GetMapping("/api/formation-briefs/{id}")
    ResponseEntity<BriefResponse> get(Caller caller, @PathVariable String id) {
        Compilations.Compiled whole = briefs.getWhole(caller, id);
        return ResponseEntity.ok().eTag(Briefs.tag(whole.brief())).body(BriefResponse.of(whole));
    }

    @Access(authority = Authority.VIEW, runner = true)
    @Operation(operationId = "getCompiledBrief", summary = "Fetch the brief's bytes that were digested")
    @GetMapping(path = "/api/formation-briefs/{id}/compiled", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> compiled(Caller caller, @PathVariable String id) {
        Brief brief = briefs.get(caller, id);
        return Artifact.answer(brief.compiledPayload(), brief.digest(), MediaType.APPLICATION_JSON);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getBriefReport", summary = "Explain how the intent was lowered for the installation")
    @GetMapping("/api/formation-briefs/{id}/report")
    ReportResponse report(Caller caller, @PathVariable String id) {
        Briefs.Explained explained = briefs.explain(caller, id);
        Brief brief = explained.brief();
        return new ReportResponse(brief.id(), brief.manifestDigest(), explained.mode(), brief.report());
    }
}
