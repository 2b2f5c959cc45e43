package dev.alloy.access;

import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.EntityTag;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The codebases. */
@Service
@Transactional
public class Projects {

    private final ProjectRepository projects;
    private final Organizations organizations;
    private final DatabaseClock clock;
    private final AuditLog audit;

    Projects(ProjectRepository projects, Organizations organizations, DatabaseClock clock, AuditLog audit) {
        this.projects = projects;
        this.organizations = organizations;
        this.clock = clock;
        this.audit = audit;
    }

    /** What can be said of a project; in a change, null leaves a member as it is. */
    public record Settings(
            @Nullable String name,
            @Nullable String repoPath,
            @Nullable String defaultBranch,
            @Nullable Boolean fourEyes) {}

    /** Makes a project. Refused: {@code id-taken}, {@code unknown-reference}. */
    public Project create(Caller caller, String id, String organizationId, Settings settings) {
        caller.requireWholeOrganization();
        organizations.requireReferenced(caller, organizationId);
        var project =
                new Project(id, organizationId, Objects.requireNonNull(settings.name()), caller.name(), clock.now());
        apply(project, settings);
        try {
            projects.add(project);
        } catch (DataIntegrityViolationException e) {
            throw ProblemType.ID_TAKEN
                    .because("There is a project with this id; ids are unique among all organizations.")
                    .at("/id", "taken", "Choose another id.");
        }
        audit.append(AuditFact.of(caller.actor(), "project.created", organizationId, id, "project", id));
        return project;
    }

    /** Changes a project that is still at the version the caller knows. */
    public Project change(Caller caller, String id, @Nullable String ifMatch, Settings settings) {
        Project project = get(caller, id);
        EntityTag.require(ifMatch, tag(project));
        Map<String, @Nullable Object> before = told(project);
        apply(project, settings);
        AuditFact changed =
                AuditFact.of(caller.actor(), "project.changed", project.organizationId(), id, "project", id);
        audit.append(changed.with("changes", differences(before, told(project))));
        return project;
    }

    private static Map<String, @Nullable Object> told(Project project) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", project.name());
        members.put("repo_path", project.repoPath());
        members.put("repo_default_branch", project.repoDefaultBranch());
        members.put("four_eyes", project.fourEyes());
        return members;
    }

    private static Map<String, Object> differences(
            Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {
        Map<String, Object> differences = new LinkedHashMap<>();
        after.forEach((member, value) -> {
            Object old = before.get(member);
            if (!Objects.equals(old, value)) {
                Map<String, @Nullable Object> change = new LinkedHashMap<>();
                change.put("before", old);
                change.put("after", value);
                differences.put(member, change);
            }
        });
        return differences;
    }

    private static void apply(Project project, Settings settings) {
        if (settings.name() != null) {
            project.rename(settings.name());
        }
        if (settings.repoPath() != null || settings.defaultBranch() != null) {
            project.describeRepository(
                    settings.repoPath() == null ? project.repoPath() : settings.repoPath(),
                    settings.defaultBranch() == null ? project.repoDefaultBranch() : settings.defaultBranch());
        }
        if (settings.fourEyes() != null) {
            project.requireFourEyes(settings.fourEyes());
        }
    }

    /** The project's entity tag. */
    public static String tag(Project project) {
        return EntityTag.of(project.id(), project.version());
    }

    /** The project if it is within the caller's reach; else {@code not-found}. */
    @Transactional(readOnly = true)
    public Project get(Caller caller, String id) {
        return projects.find(caller, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such project."));
    }

    /** The projects within the caller's reach. */
    @Transactional(readOnly = true)
    public Page<Project> list(Caller caller, PageQuery page) {
        return projects.list(caller, page, Map.of());
    }

    /**
     * Refuses with {@code unknown-reference} a body that names projects which are not of this organization or out of reach.
     *
     * @param pointer JSON Pointer to the list of ids
     */
    @Transactional(readOnly = true)
    public void requireReferenced(Caller caller, String organizationId, List<String> ids, String pointer) {
        for (int i = 0; i < ids.size(); i++) {
            boolean known = projects.find(caller, ids.get(i))
                    .filter(project -> project.organizationId().equals(organizationId))
                    .isPresent();
            if (!known) {
                throw ProblemType.UNKNOWN_REFERENCE
                        .because("There is no such project in this organization.")
                        .at(pointer + "/" + i, "unknown-reference", "No project of this id is within reach.");
            }
        }
    }

    /** The project that a body names by a member of its own; else {@code unknown-reference}. */
    @Transactional(readOnly = true)
    public Project referenced(Caller caller, String id, String pointer) {
        return projects.find(caller, id).orElseThrow(() -> ProblemType.UNKNOWN_REFERENCE
                .because("There is no such project.")
                .at(pointer, "unknown-reference", "No project of this id is within reach."));
    }
}
