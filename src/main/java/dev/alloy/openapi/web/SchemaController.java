package dev.alloy.openapi.web;

import dev.alloy.contract.Digest;
import dev.alloy.contract.DocumentSchemas;
import dev.alloy.http.EntityTag;
import dev.alloy.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The JSON Schemas as they validate. Their references are relative to the URL they are served at, so a client resolves
 * them wherever the service stands.
 */
@Tag(name = "Documents")
@RestController
class SchemaController {

    private static final String SCHEMA_JSON = "application/schema+json";

    @SecurityRequirements
    @Operation(operationId = "getSchema", summary = "Read the JSON Schema of a document or request body")
    @ApiResponse(
            responseCode = "200",
            description = "The JSON Schema, draft 2020-12.",
            content = @Content(mediaType = SCHEMA_JSON, schema = @Schema(type = "object")))
    @GetMapping("/schemas/{schema_version}.json")
    ResponseEntity<byte[]> get(@PathVariable("schema_version") String schemaVersion) {
        byte[] schema = DocumentSchemas.source(schemaVersion)
                .orElseThrow(() -> ProblemType.NOT_FOUND.because("There is no schema of this name."));
        return ResponseEntity.ok()
                .contentType(MediaType.valueOf(SCHEMA_JSON))
                .eTag(EntityTag.of(Digest.of(schema)))
                .body(schema);
    }
}
