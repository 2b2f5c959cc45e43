package dev.alloy.console.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.attestation.RunAttestations;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Hidden;
import java.nio.charset.StandardCharsets;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import tools.jackson.databind.json.JsonMapper;

/** A run's signed statements as a file, the same bytes that the API answers with. */
@Hidden
@Controller
class AttestationDownloadController {

    private static final MediaType JSON_LINES = new MediaType("application", "jsonl");

    private final Runs runs;
    private final RunAttestations attestations;
    private final JsonMapper json;

    AttestationDownloadController(Runs runs, RunAttestations attestations, JsonMapper json) {
        this.runs = runs;
        this.attestations = attestations;
        this.json = json;
    }

    @Access(authority = Authority.VIEW)
    @GetMapping("/runs/{id}/attestation.jsonl")
    ResponseEntity<byte[]> download(Caller caller, @PathVariable String id) {
        RunRequest run = runs.get(caller, id);
        var lines = new StringBuilder();
        attestations.all(caller, run.id()).forEach(envelope -> lines.append(json.writeValueAsString(envelope))
                .append('\n'));
        return ResponseEntity.ok()
                .contentType(JSON_LINES)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(run.id() + ".attestation.jsonl")
                                .build()
                                .toString())
                .header("X-Content-Type-Options", "nosniff")
                .body(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
