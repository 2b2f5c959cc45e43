package dev.alloy.runner.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import dev.alloy.runner.RegistrationToken;
import dev.alloy.runner.RegistrationTokens;
import dev.alloy.runner.Runners;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** How runners register themselves. */
@Tag(name = "Runners")
@RestController
class RegistrationController {

    private final RegistrationTokens tokens;
    private final DatabaseClock clock;
    private final PublicUrl urls;

    RegistrationController(RegistrationTokens tokens, DatabaseClock clock, PublicUrl urls) {
        this.tokens = tokens;
        this.clock = clock;
        this.urls = urls;
    }

    @JsonBody(schema = "create_registration_token")
    record CreateRegistrationTokenRequest(
            String organizationId,
            @Nullable List<String> allowedProjects,
            @Nullable List<String> installationIds,
            @Nullable Integer maxConcurrency,
            @Nullable OffsetDateTime expiresAt) {}

    @JsonBody(schema = "register_runner")
    record RegisterRunnerRequest(
            String name,
            @Nullable List<String> allowedProjects,
            @Nullable List<String> installationIds,
            @Nullable Integer maxConcurrency,
            @Nullable List<String> supportedSchemaVersions,
            @Nullable OffsetDateTime keyExpiresAt) {}

    record RegistrationTokenResponse(
            String id,
            String organizationId,
            List<String> allowedProjects,
            @Nullable List<String> installationIds,
            int maxConcurrency,
            String createdBy,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant usedAt,
            @Nullable String runnerId,
            @Nullable Instant revokedAt) {

        static RegistrationTokenResponse of(RegistrationToken token) {
            return new RegistrationTokenResponse(
                    token.id(),
                    token.organizationId(),
                    token.allowedProjects(),
                    token.installationIds(),
                    token.maxConcurrency(),
                    token.createdBy(),
                    token.createdAt(),
                    token.expiresAt(),
                    token.usedAt(),
                    token.runnerId(),
                    token.revokedAt());
        }
    }

    record IssuedRegistrationTokenResponse(
            String id,
            String organizationId,
            List<String> allowedProjects,
            @Nullable List<String> installationIds,
            int maxConcurrency,
            Instant expiresAt,
            String registrationToken) {}

    @Creates
    @Access(authority = Authority.MANAGE_RUNNERS)
    @Operation(
            operationId = "createRegistrationToken",
            summary = "Create a token with which one runner registers itself; it is shown once")
    @PostMapping("/api/registration-tokens")
    ResponseEntity<IssuedRegistrationTokenResponse> create(
            Caller caller, @RequestBody CreateRegistrationTokenRequest body) {
        RegistrationTokens.Issued issued = tokens.issue(
                caller,
                new RegistrationTokens.Grant(
                        body.organizationId(),
                        Objects.requireNonNullElse(body.allowedProjects(), List.of()),
                        body.installationIds(),
                        Objects.requireNonNullElse(body.maxConcurrency(), 1),
                        body.expiresAt() == null ? null : body.expiresAt().toInstant()));
        RegistrationToken token = issued.token();
        return ResponseEntity.created(URI.create(urls.of("/api/registration-tokens/" + token.id())))
                .body(new IssuedRegistrationTokenResponse(
                        token.id(),
                        token.organizationId(),
                        token.allowedProjects(),
                        token.installationIds(),
                        token.maxConcurrency(),
                        token.expiresAt(),
                        issued.secret()));
    }

    @Access(authority = Authority.VIEW)
    @Operation(
            operationId = "listRegistrationTokens",
            summary = "List registration tokens and their use, without their secrets")
    @GetMapping("/api/registration-tokens")
    Page<RegistrationTokenResponse> list(Caller caller, PageQuery page) {
        return tokens.list(caller, page).map(RegistrationTokenResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getRegistrationToken", summary = "Read a registration token, without its secret")
    @GetMapping("/api/registration-tokens/{id}")
    RegistrationTokenResponse get(Caller caller, @PathVariable String id) {
        return RegistrationTokenResponse.of(tokens.get(caller, id));
    }

    @Access(authority = Authority.MANAGE_RUNNERS)
    @Problems(ProblemType.REGISTRATION_TOKEN_USED)
    @Operation(operationId = "revokeRegistrationToken", summary = "Revoke a registration token, effective at once")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @DeleteMapping("/api/registration-tokens/{id}")
    void revoke(Caller caller, @PathVariable String id) {
        tokens.revoke(caller, id);
    }

    @Access(registration = true)
    @Problems({ProblemType.REGISTRATION_TOKEN_USED})
    @Operation(
            operationId = "registerRunner",
            summary = "Register yourself as a runner with a registration token; the key is shown once")
    @PostMapping("/api/runners/register")
    ResponseEntity<RunnerController.RegisteredResponse> register(
            Caller caller, @RequestBody RegisterRunnerRequest body) {
        Runners.Keyed made = tokens.register(
                caller,
                new RegistrationTokens.Wish(
                        body.name(),
                        body.allowedProjects(),
                        body.installationIds(),
                        body.maxConcurrency(),
                        Objects.requireNonNullElse(body.supportedSchemaVersions(), RunnerController.NEVER_DECLARED),
                        body.keyExpiresAt() == null ? null : body.keyExpiresAt().toInstant()));
        return ResponseEntity.created(
                        URI.create(urls.of("/api/runners/" + made.runner().id())))
                .eTag(Runners.tag(made.runner()))
                .body(RunnerController.RegisteredResponse.of(caller, made, clock.now()));
    }
}
