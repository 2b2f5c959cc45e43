package dev.alloy.access.web;

import dev.alloy.access.Access;
import dev.alloy.access.AccessToken;
import dev.alloy.access.AccessTokens;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@Tag(name = "Access")
@RestController
class AccessTokenController {

    private static final int DEFAULT_OVERLAP_SECONDS = 3600;

    private final AccessTokens tokens;
    private final PublicUrl urls;

    AccessTokenController(AccessTokens tokens, PublicUrl urls) {
        this.tokens = tokens;
        this.urls = urls;
    }

    @JsonBody(schema = "create_access_token")
    record CreateAccessTokenRequest(
            String organizationId,
            String name,
            List<Authority> authorities,
            @Nullable List<String> projectIds,
            @Nullable OffsetDateTime expiresAt) {}

    record AccessTokenResponse(
            String id,
            @Nullable String organizationId,
            String name,
            List<Authority> authorities,
            @Nullable List<String> projectIds,
            Instant createdAt,
            String createdBy,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant revokedAt) {

        static AccessTokenResponse of(AccessToken token) {
            return new AccessTokenResponse(
                    token.id(),
                    token.organizationId(),
                    token.name(),
                    token.authorities(),
                    token.projectIds(),
                    token.createdAt(),
                    token.createdBy(),
                    token.expiresAt(),
                    token.lastUsedAt(),
                    token.revokedAt());
        }
    }

    record IssuedTokenResponse(
            String id,
            @Nullable String organizationId,
            String name,
            List<Authority> authorities,
            @Nullable List<String> projectIds,
            @Nullable Instant expiresAt,
            String token) {

        static IssuedTokenResponse of(AccessTokens.Issued issued) {
            AccessToken token = issued.token();
            return new IssuedTokenResponse(
                    token.id(),
                    token.organizationId(),
                    token.name(),
                    token.authorities(),
                    token.projectIds(),
                    token.expiresAt(),
                    issued.secret());
        }
    }

    @JsonBody(schema = "rotate_access_token")
    record RotateAccessTokenRequest(
            @Nullable Integer overlapSeconds, @Nullable OffsetDateTime expiresAt) {}

    record WhoamiResponse(
            String kind,
            @Nullable String organizationId,
            String name,
            String credentialId,
            List<Authority> authorities,
            @Nullable List<String> projectIds) {}

    @Creates
    @Access(authority = Authority.ADMINISTER)
    @Operation(
            operationId = "createAccessToken",
            summary = "Create a token for a person or service; its secret is shown once")
    @PostMapping("/api/access-tokens")
    ResponseEntity<IssuedTokenResponse> create(Caller caller, @RequestBody CreateAccessTokenRequest body) {
        AccessTokens.Issued issued = tokens.issue(
                caller,
                new AccessTokens.Grant(
                        body.organizationId(),
                        body.name(),
                        body.authorities(),
                        body.projectIds(),
                        body.expiresAt() == null ? null : body.expiresAt().toInstant()));
        return answer(issued);
    }

    private ResponseEntity<IssuedTokenResponse> answer(AccessTokens.Issued issued) {
        return ResponseEntity.created(URI.create(
                        urls.of("/api/access-tokens/" + issued.token().id())))
                .body(IssuedTokenResponse.of(issued));
    }

    @Creates
    @Access(authority = Authority.ADMINISTER)
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(
            operationId = "rotateAccessToken",
            summary = "Replace a token by a new one of the same name and reach; the old one works for an overlap")
    @PostMapping("/api/access-tokens/{id}/rotate")
    ResponseEntity<IssuedTokenResponse> rotate(
            Caller caller, @PathVariable String id, @RequestBody RotateAccessTokenRequest body) {
        int overlap = Objects.requireNonNullElse(body.overlapSeconds(), DEFAULT_OVERLAP_SECONDS);
        return answer(tokens.rotate(
                caller,
                id,
                Duration.ofSeconds(overlap),
                body.expiresAt() == null ? null : body.expiresAt().toInstant()));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listAccessTokens", summary = "List tokens, without their secrets")
    @GetMapping("/api/access-tokens")
    Page<AccessTokenResponse> list(
            Caller caller, PageQuery page, @RequestParam(required = false) @Nullable String name) {
        return tokens.list(caller, page, name).map(AccessTokenResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getAccessToken", summary = "Read a token, without its secret")
    @GetMapping("/api/access-tokens/{id}")
    AccessTokenResponse get(Caller caller, @PathVariable String id) {
        return AccessTokenResponse.of(tokens.get(caller, id));
    }

    @Access(authority = Authority.ADMINISTER)
    @Operation(operationId = "revokeAccessToken", summary = "Revoke a token, effective at once")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @DeleteMapping("/api/access-tokens/{id}")
    void revoke(Caller caller, @PathVariable String id) {
        tokens.revoke(caller, id);
    }

    @Access(anyone = true)
    @Operation(operationId = "whoami", summary = "Show whose credential this is and what it allows")
    @GetMapping("/api/whoami")
    WhoamiResponse whoami(Caller caller) {
        return new WhoamiResponse(
                caller.kind().name().toLowerCase(Locale.ROOT),
                caller.organizationId(),
                caller.name(),
                caller.credentialId(),
                caller.authorities().stream().sorted().toList(),
                caller.projectIds() == null
                        ? null
                        : caller.projectIds().stream().sorted().toList());
    }
}
