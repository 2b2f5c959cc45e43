package dev.alloy.installation.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.contract.JsonDocument;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.installation.ConnectionType;
import dev.alloy.installation.Installation;
import dev.alloy.installation.InstallationStatus;
import dev.alloy.installation.Installations;
import dev.alloy.installation.StoredManifest;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@Tag(name = "Installations")
@RestController
class InstallationController {

    private final Installations installations;
    private final DatabaseClock clock;
    private final PublicUrl urls;

    InstallationController(Installations installations, DatabaseClock clock, PublicUrl urls) {
        this.installations = installations;
        this.clock = clock;
        this.urls = urls;
    }

    @JsonBody(schema = "create_installation")
    record CreateInstallationRequest(
            @Nullable String organizationId,
            @Nullable String projectId,
            String name,
            ConnectionType connectionType,
            @Nullable ObjectNode capabilityManifest) {}

    @JsonBody(schema = "change_installation")
    record ChangeInstallationRequest(
            @Nullable String name, @Nullable ConnectionType connectionType) {}

    /** Validated where it is taken, because a manifest that cannot be read changes the installation's status. */
    @JsonBody(schema = "foundry.capability_manifest.v1", validated = false)
    record ManifestBody(JsonDocument document) {}

    @JsonBody(schema = "report_capabilities")
    record ReportCapabilitiesRequest(String installationId, ObjectNode capabilityManifest) {}

    record InstallationResponse(
            String id,
            @Nullable String organizationId,
            @Nullable String projectId,
            String name,
            ConnectionType connectionType,
            InstallationStatus status,
            @Nullable String foundryVersion,
            @Nullable String manifestDigest,

            @Nullable @JsonRawValue @Schema(ref = "#/components/schemas/foundry.capability_manifest.v1")
            String capabilityManifest,

            @Nullable Instant lastSeenAt,
            Instant createdAt,
            String createdBy) {

        static InstallationResponse of(Installation installation, Instant now) {
            return new InstallationResponse(
                    installation.id(),
                    installation.projectId() == null ? installation.organizationId() : null,
                    installation.projectId(),
                    installation.name(),
                    installation.connectionType(),
                    installation.status(now),
                    installation.foundryVersion(),
                    installation.manifestDigest(),
                    installation.capabilityManifest(),
                    installation.lastSeenAt(),
                    installation.createdAt(),
                    installation.createdBy());
        }
    }

    record ManifestResponse(
            String digest,
            String schemaVersion,
            String foundryVersion,
            @Nullable String reportedBy,
            @Nullable Instant firstReportedAt,
            @Nullable Instant lastReportedAt,

            @JsonRawValue @Schema(ref = "#/components/schemas/foundry.capability_manifest.v1")
            String capabilityManifest) {

        static ManifestResponse of(StoredManifest manifest) {
            return new ManifestResponse(
                    manifest.digest(),
                    manifest.schemaVersion(),
                    manifest.foundryVersion(),
                    manifest.reportedBy(),
                    manifest.firstReportedAt(),
                    manifest.lastReportedAt(),
                    manifest.text());
        }
    }

    @Creates
    @Access(authority = Authority.MANAGE_INSTALLATIONS)
    @Operation(operationId = "createInstallation", summary = "Register a Foundry installation")
    @PostMapping("/api/foundry-installations")
    ResponseEntity<InstallationResponse> create(Caller caller, @RequestBody CreateInstallationRequest body) {
        Installation made = installations.create(
                caller,
                new Installations.Description(
                        body.organizationId(),
                        body.projectId(),
                        body.name(),
                        body.connectionType(),
                        body.capabilityManifest()));
        return ResponseEntity.created(URI.create(urls.of("/api/foundry-installations/" + made.id())))
                .eTag(Installations.tag(made))
                .body(shape(made));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listInstallations", summary = "List the installations within reach")
    @GetMapping("/api/foundry-installations")
    Page<InstallationResponse> list(Caller caller, PageQuery page) {
        Instant now = clock.now();
        return installations.list(caller, page).map(one -> InstallationResponse.of(one, now));
    }

    @Access(authority = Authority.VIEW, runner = true)
    @Operation(operationId = "getInstallation", summary = "Read an installation")
    @GetMapping("/api/foundry-installations/{id}")
    ResponseEntity<InstallationResponse> get(Caller caller, @PathVariable String id) {
        return answer(installations.get(caller, id));
    }

    @Access(authority = Authority.MANAGE_INSTALLATIONS)
    @Operation(operationId = "changeInstallation", summary = "Change an installation's name or connection")
    @PatchMapping("/api/foundry-installations/{id}")
    ResponseEntity<InstallationResponse> change(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody ChangeInstallationRequest body) {
        return answer(installations.change(caller, id, ifMatch, body.name(), body.connectionType()));
    }

    @Access(authority = Authority.MANAGE_INSTALLATIONS)
    @Operation(operationId = "retireInstallation", summary = "Retire an installation")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @DeleteMapping("/api/foundry-installations/{id}")
    void retire(Caller caller, @PathVariable String id) {
        installations.retire(caller, id);
    }

    @Problems({ProblemType.UNSUPPORTED_SCHEMA_VERSION, ProblemType.INVALID_TRANSITION})
    @Access(authority = Authority.MANAGE_INSTALLATIONS, runner = true)
    @Operation(operationId = "putCapabilityManifest", summary = "Report what an installation can do")
    @PutMapping("/api/foundry-installations/{id}/capability-manifest")
    ResponseEntity<InstallationResponse> report(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody ManifestBody body) {
        return answer(installations.report(caller, id, ifMatch, body.document().tree()));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listCapabilityManifests", summary = "List every manifest an installation reported")
    @GetMapping("/api/foundry-installations/{id}/capability-manifests")
    Page<ManifestResponse> history(Caller caller, @PathVariable String id, PageQuery page) {
        return installations.history(caller, id, page).map(ManifestResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getFoundryCapabilities", summary = "List the installations a project can target")
    @GetMapping("/api/projects/{id}/foundry-capabilities")
    Page<InstallationResponse> capabilities(Caller caller, @PathVariable String id, PageQuery page) {
        Instant now = clock.now();
        return installations.targetsOf(caller, id, page).map(one -> InstallationResponse.of(one, now));
    }

    @Access(authority = Authority.MANAGE_INSTALLATIONS)
    @Problems({ProblemType.UNSUPPORTED_SCHEMA_VERSION, ProblemType.INVALID_TRANSITION})
    @Operation(
            operationId = "reportFoundryCapabilities",
            summary = "Report a manifest of an installation of this project")
    @PostMapping("/api/projects/{id}/foundry-capabilities")
    ResponseEntity<InstallationResponse> reportForProject(
            Caller caller, @PathVariable String id, @RequestBody ReportCapabilitiesRequest body) {
        return answer(installations.reportFor(caller, id, body.installationId(), body.capabilityManifest()));
    }

    private ResponseEntity<InstallationResponse> answer(Installation installation) {
        return ResponseEntity.ok().eTag(Installations.tag(installation)).body(shape(installation));
    }

    private InstallationResponse shape(Installation installation) {
        return InstallationResponse.of(installation, clock.now());
    }
}
