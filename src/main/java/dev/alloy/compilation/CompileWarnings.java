package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.access.Project;
import dev.alloy.access.Projects;
import dev.alloy.compiler.ReportRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Picks from a brief's report, and from its project, what its author should know at once. */
@Component
public class CompileWarnings {

    private static final Set<String> WORTH_SAYING =
            Set.of(ReportRow.Severity.WARNING.wire(), ReportRow.Severity.GAP.wire());

    private final Projects projects;
    private final JsonMapper json;

    CompileWarnings(Projects projects, JsonMapper json) {
        this.projects = projects;
        this.json = json;
    }

    /** The warnings about a stored brief. */
    public List<CompileWarning> of(Brief brief) {
        Project project = projects.get(Caller.system(brief.organizationId()), brief.projectId());
        return of(json.readTree(brief.report()).valueStream().toList(), project, brief.repoPath());
    }

    /** The warnings about what a preview shows. */
    public List<CompileWarning> of(CompiledRequest prepared) {
        List<JsonNode> rows = new ArrayList<>();
        prepared.compilation().report().forEach(row -> rows.add(row.toJson()));
        return of(rows, prepared.project(), prepared.repo().path());
    }

    private static List<CompileWarning> of(List<JsonNode> rows, Project project, String repoPath) {
        List<CompileWarning> warnings = new ArrayList<>();
        String usual = project.repoPath();
        if (usual != null && !usual.equals(repoPath)) {
            warnings.add(new CompileWarning(
                    "other-repo-path",
                    "/repo/path",
                    "The brief works in " + repoPath + "; the project's working copy is " + usual + "."));
        }
        rows.stream()
                .filter(row -> WORTH_SAYING.contains(row.path("severity").asString()))
                .map(CompileWarnings::of)
                .forEach(warnings::add);
        return List.copyOf(warnings);
    }

    private static CompileWarning of(JsonNode row) {
        String feature = row.path("feature").asString();
        String detail = feature + ": " + row.path("wanted").asString() + " was wanted, "
                + row.path("chosen").asString() + " is used. "
                + row.path("because").asString();
        if (feature.equals("throttle")) {
            return new CompileWarning("throttle-lowered", "/source_intent/foundry/throttle", detail);
        }
        boolean gap = row.path("severity").asString().equals(ReportRow.Severity.GAP.wire());
        return new CompileWarning(gap ? "gap" : "lowered", "/source_intent", detail);
    }
}
