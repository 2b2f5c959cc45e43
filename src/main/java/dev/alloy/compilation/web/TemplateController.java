package dev.alloy.compilation.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.BriefTemplate;
import dev.alloy.compilation.TemplateVersion;
import dev.alloy.compilation.Templates;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Brief templates: parts of an intent with parameters. */
@Tag(name = "Templates")
@RestController
class TemplateController {

    private final Templates templates;
    private final PublicUrl urls;
    private final JsonMapper json;

    TemplateController(Templates templates, PublicUrl urls, JsonMapper json) {
        this.templates = templates;
        this.urls = urls;
        this.json = json;
    }

    @JsonBody(schema = "create_brief_template")
    record CreateTemplateRequest(
            String organizationId, String name, @Nullable ArrayNode parameters, ObjectNode sourceIntent) {}

    @JsonBody(schema = "change_brief_template")
    record ChangeTemplateRequest(
            @Nullable String name,
            @Nullable ArrayNode parameters,
            @Nullable ObjectNode sourceIntent) {}

    /** A template as lists show it. */
    record TemplateSummaryResponse(
            String id,
            String organizationId,
            String name,
            int version,
            String createdBy,
            Instant createdAt,
            String changedBy,
            Instant changedAt) {

        static TemplateSummaryResponse of(BriefTemplate template) {
            return new TemplateSummaryResponse(
                    template.id(),
                    template.organizationId(),
                    template.name(),
                    template.ordinal(),
                    template.createdBy(),
                    template.createdAt(),
                    template.changedBy(),
                    template.changedAt());
        }
    }

    record TemplateResponse(
            @JsonUnwrapped TemplateSummaryResponse summary,
            String digest,
            @Schema(type = "array") JsonNode parameters,
            @Schema(type = "object") JsonNode sourceIntent) {}

    record TemplateVersionResponse(
            int version,
            String digest,
            @Schema(type = "array") JsonNode parameters,
            @Schema(type = "object") JsonNode sourceIntent,
            String createdBy,
            Instant createdAt) {}

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS)
    @Operation(operationId = "createBriefTemplate", summary = "Create a template for a part of an intent")
    @PostMapping("/api/brief-templates")
    ResponseEntity<TemplateResponse> create(Caller caller, @RequestBody CreateTemplateRequest body) {
        Templates.Whole made = templates.create(
                caller,
                body.organizationId(),
                body.name(),
                new Templates.Content(
                        Objects.requireNonNullElseGet(body.parameters(), json::createArrayNode), body.sourceIntent()));
        return ResponseEntity.created(URI.create(
                        urls.of("/api/brief-templates/" + made.template().id())))
                .eTag(Templates.tag(made.template()))
                .body(shape(made));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listBriefTemplates", summary = "List the templates within reach")
    @GetMapping("/api/brief-templates")
    Page<TemplateSummaryResponse> list(Caller caller, PageQuery page) {
        return templates.list(caller, page).map(TemplateSummaryResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getBriefTemplate", summary = "Read a template")
    @GetMapping("/api/brief-templates/{id}")
    ResponseEntity<TemplateResponse> get(Caller caller, @PathVariable String id) {
        return answer(templates.get(caller, id));
    }

    @Access(authority = Authority.COMPILE_BRIEFS)
    @Operation(
            operationId = "changeBriefTemplate",
            summary = "Change a template; briefs compiled from it stay as they are")
    @PatchMapping("/api/brief-templates/{id}")
    ResponseEntity<TemplateResponse> change(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody ChangeTemplateRequest body) {
        return answer(templates.change(caller, id, ifMatch, body.name(), body.parameters(), body.sourceIntent()));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listBriefTemplateVersions", summary = "List the versions of a template")
    @GetMapping("/api/brief-templates/{id}/versions")
    Page<TemplateVersionResponse> versions(Caller caller, @PathVariable String id, PageQuery page) {
        return templates.history(caller, id, page).map(version -> {
            JsonNode content = json.readTree(version.content());
            return new TemplateVersionResponse(
                    version.number(),
                    version.digest(),
                    content.path("parameters"),
                    content.path("source_intent"),
                    version.createdBy(),
                    version.createdAt());
        });
    }

    private ResponseEntity<TemplateResponse> answer(Templates.Whole whole) {
        return ResponseEntity.ok().eTag(Templates.tag(whole.template())).body(shape(whole));
    }

    private TemplateResponse shape(Templates.Whole whole) {
        TemplateVersion newest = whole.newest();
        JsonNode content = json.readTree(newest.content());
        return new TemplateResponse(
                TemplateSummaryResponse.of(whole.template()),
                newest.digest(),
                content.path("parameters"),
                content.path("source_intent"));
    }
}
