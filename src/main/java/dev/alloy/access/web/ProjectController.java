package dev.alloy.access.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Project;
import dev.alloy.access.Projects;
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
import java.time.Instant;
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

@Tag(name = "Access")
@RestController
@RequestMapping("/api/projects")
class ProjectController {

    private final Projects projects;
    private final PublicUrl urls;

    ProjectController(Projects projects, PublicUrl urls) {
        this.projects = projects;
        this.urls = urls;
    }

    record Repo(@Nullable String path, @Nullable String defaultBranch) {}

    @JsonBody(schema = "create_project")
    record CreateProjectRequest(
            String id,
            String organizationId,
            String name,
            @Nullable Repo repo,
            @Nullable Boolean fourEyes) {}

    @JsonBody(schema = "change_project")
    record ChangeProjectRequest(
            @Nullable String name,
            @Nullable Repo repo,
            @Nullable Boolean fourEyes) {}

    record ProjectResponse(
            String id,
            String organizationId,
            String name,
            Repo repo,
            boolean fourEyes,
            Instant createdAt,
            String createdBy) {

        static ProjectResponse of(Project project) {
            return new ProjectResponse(
                    project.id(),
                    project.organizationId(),
                    project.name(),
                    new Repo(project.repoPath(), project.repoDefaultBranch()),
                    project.fourEyes(),
                    project.createdAt(),
                    project.createdBy());
        }
    }

    @Creates
    @Access(authority = Authority.ADMINISTER)
    @Problems(ProblemType.ID_TAKEN)
    @Operation(operationId = "createProject", summary = "Create a project in an organization")
    @PostMapping
    ResponseEntity<ProjectResponse> create(Caller caller, @RequestBody CreateProjectRequest body) {
        Project made = projects.create(
                caller, body.id(), body.organizationId(), settings(body.name(), body.repo(), body.fourEyes()));
        return ResponseEntity.created(URI.create(urls.of("/api/projects/" + made.id())))
                .eTag(Projects.tag(made))
                .body(ProjectResponse.of(made));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listProjects", summary = "List the projects within reach")
    @GetMapping
    Page<ProjectResponse> list(Caller caller, PageQuery page) {
        return projects.list(caller, page).map(ProjectResponse::of);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getProject", summary = "Read a project")
    @GetMapping("/{id}")
    ResponseEntity<ProjectResponse> get(Caller caller, @PathVariable String id) {
        return answer(projects.get(caller, id));
    }

    @Access(authority = Authority.ADMINISTER)
    @Operation(operationId = "changeProject", summary = "Change a project's name, repository or four-eyes rule")
    @PatchMapping("/{id}")
    ResponseEntity<ProjectResponse> change(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody ChangeProjectRequest body) {
        return answer(projects.change(caller, id, ifMatch, settings(body.name(), body.repo(), body.fourEyes())));
    }

    private static Projects.Settings settings(@Nullable String name, @Nullable Repo repo, @Nullable Boolean fourEyes) {
        return new Projects.Settings(
                name, repo == null ? null : repo.path(), repo == null ? null : repo.defaultBranch(), fourEyes);
    }

    private static ResponseEntity<ProjectResponse> answer(Project project) {
        return ResponseEntity.ok().eTag(Projects.tag(project)).body(ProjectResponse.of(project));
    }
}
