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
import dev.alloy.runner.Runner;
import dev.alloy.runner.RunnerStatus;
import dev.alloy.runner.Runners;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@Tag(name = "Runners")
@RestController
@RequestMapping("/api/runners")
class RunnerController {

    static final List<String> NEVER_DECLARED = List.of("alloy.foundry_execution_request.v1");
    private static final int DEFAULT_OVERLAP_SECONDS = 3600;

    private final Runners runners;
    private final DatabaseClock clock;
    private final PublicUrl urls;

    RunnerController(Runners runners, DatabaseClock clock, PublicUrl urls) {
        this.runners = runners;
        this.clock = clock;
        this.urls = urls;
    }

    @JsonBody(schema = "create_runner")
    record CreateRunnerRequest(
            String organizationId,
            String name,
            List<String> allowedProjects,
            List<String> installationIds,
            @Nullable Integer maxConcurrency,
            @Nullable List<String> supportedSchemaVersions,
            @Nullable OffsetDateTime keyExpiresAt) {}

    @JsonBody(schema = "change_runner")
    record ChangeRunnerRequest(
            @Nullable String name,
            @Nullable List<String> allowedProjects,
            @Nullable List<String> trustedProjects,
            @Nullable List<String> installationIds,
            @Nullable List<String> confirmedInstallationIds,
            @Nullable Integer maxConcurrency,
            @Nullable RunnerStatus status) {}

    @JsonBody(schema = "rotate_runner_key")
    record RotateKeyRequest(
            @Nullable Integer overlapSeconds, @Nullable OffsetDateTime keyExpiresAt) {}

    @JsonBody(schema = "reason")
    record RevokeRequest(String reason) {}

    record RunnerResponse(
            String id,
            String organizationId,
            String name,
            RunnerStatus status,
            List<String> allowedProjects,
            List<String> trustedProjects,
            List<String> installationIds,
            List<String> confirmedInstallationIds,
            List<String> supportedSchemaVersions,
            int maxConcurrency,
            @Nullable Instant lastPollAt,
            @Nullable Instant lastHeartbeatAt,
            @Nullable Instant keyExpiresAt,
            @Nullable Instant keyLastUsedAt,
            @Nullable Instant previousKeyExpiresAt,
            String registeredBy,
            Instant registeredAt) {

        /** Of the projects only those within the reader's reach: ids of others tell what they have. */
        static RunnerResponse of(Caller reader, Runner runner, Instant now) {
            return new RunnerResponse(
                    runner.id(),
                    runner.organizationId(),
                    runner.name(),
                    runner.status(now),
                    reached(reader, runner.allowedProjects()),
                    reached(reader, runner.trustedProjects()),
                    runner.installationIds(),
                    runner.confirmedInstallationIds(),
                    runner.supportedSchemaVersions(),
                    runner.maxConcurrency(),
                    runner.lastPollAt(),
                    runner.lastHeartbeatAt(),
                    runner.keyExpiresAt(),
                    runner.keyLastUsedAt(),
                    runner.previousKeyExpiresAt(),
                    runner.registeredBy(),
                    runner.createdAt());
        }
    }

    private static List<String> reached(Caller reader, List<String> projects) {
        Set<String> reach = reader.projectIds();
        return reach == null
                ? projects
                : projects.stream().filter(reach::contains).toList();
    }

    record RegisteredResponse(RunnerResponse runner, String runnerKey) {

        static RegisteredResponse of(Caller reader, Runners.Keyed made, Instant now) {
            return new RegisteredResponse(RunnerResponse.of(reader, made.runner(), now), made.key());
        }
    }

    record KeyResponse(String runnerKey) {}

    @Creates
    @Access(authority = Authority.MANAGE_RUNNERS)
    @Operation(operationId = "createRunner", summary = "Register a runner; its key is shown once")
    @PostMapping
    ResponseEntity<RegisteredResponse> create(Caller caller, @RequestBody CreateRunnerRequest body) {
        Runners.Keyed made = runners.register(
                caller,
                body.organizationId(),
                new Runners.Description(
                        body.name(),
                        body.allowedProjects(),
                        body.installationIds(),
                        Objects.requireNonNullElse(body.supportedSchemaVersions(), NEVER_DECLARED),
                        Objects.requireNonNullElse(body.maxConcurrency(), 1),
                        instant(body.keyExpiresAt())));
        return ResponseEntity.created(
                        URI.create(urls.of("/api/runners/" + made.runner().id())))
                .eTag(Runners.tag(made.runner()))
                .body(RegisteredResponse.of(caller, made, clock.now()));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listRunners", summary = "List the organization's runners")
    @GetMapping
    Page<RunnerResponse> list(Caller caller, PageQuery page) {
        Instant now = clock.now();
        return runners.list(caller, page).map(runner -> RunnerResponse.of(caller, runner, now));
    }

    @Access(authority = Authority.VIEW, runner = true)
    @Operation(operationId = "getRunner", summary = "Read a runner; a runner may read itself")
    @GetMapping("/{id}")
    ResponseEntity<RunnerResponse> get(Caller caller, @PathVariable String id) {
        if (caller.kind() == Caller.Kind.RUNNER && !caller.name().equals(id)) {
            throw ProblemType.NOT_FOUND.because("A runner reads itself only.");
        }
        return answer(caller, runners.get(caller, id));
    }

    @Access(authority = Authority.MANAGE_RUNNERS)
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(
            operationId = "changeRunner",
            summary = "Change what a runner may do: projects, trust, installations, concurrency, draining")
    @PatchMapping("/{id}")
    ResponseEntity<RunnerResponse> change(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody ChangeRunnerRequest body) {
        return answer(
                caller,
                runners.change(
                        caller,
                        id,
                        ifMatch,
                        new Runners.Change(
                                body.name(),
                                body.allowedProjects(),
                                body.trustedProjects(),
                                body.installationIds(),
                                body.confirmedInstallationIds(),
                                body.maxConcurrency(),
                                body.status())));
    }

    @Access(authority = Authority.MANAGE_RUNNERS)
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(operationId = "rotateRunnerKey", summary = "Give a runner a new key; the old one works for an overlap")
    @PostMapping("/{id}/rotate-key")
    KeyResponse rotateKey(Caller caller, @PathVariable String id, @RequestBody RotateKeyRequest body) {
        int overlap = Objects.requireNonNullElse(body.overlapSeconds(), DEFAULT_OVERLAP_SECONDS);
        return new KeyResponse(
                runners.rotateKey(caller, id, Duration.ofSeconds(overlap), instant(body.keyExpiresAt())));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    @Access(authority = Authority.MANAGE_RUNNERS)
    @Operation(operationId = "revokeRunner", summary = "Revoke a runner's key for good")
    @PostMapping("/{id}/revoke")
    ResponseEntity<RunnerResponse> revoke(Caller caller, @PathVariable String id, @RequestBody RevokeRequest body) {
        return answer(caller, runners.revoke(caller, id, body.reason()));
    }

    private ResponseEntity<RunnerResponse> answer(Caller reader, Runner runner) {
        return ResponseEntity.ok().eTag(Runners.tag(runner)).body(RunnerResponse.of(reader, runner, clock.now()));
    }
}
