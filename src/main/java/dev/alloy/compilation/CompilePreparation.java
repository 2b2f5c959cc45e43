package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.access.Project;
import dev.alloy.access.Projects;
import dev.alloy.compiler.Compilation;
import dev.alloy.compiler.Compiler;
import dev.alloy.compiler.CompilerInput;
import dev.alloy.compiler.Connection;
import dev.alloy.compiler.IntentRefused;
import dev.alloy.compiler.RepoContext;
import dev.alloy.compiler.ReportRow;
import dev.alloy.compiler.TargetIncompatible;
import dev.alloy.contract.DocumentSchemas;
import dev.alloy.contract.Finding;
import dev.alloy.http.Bodies;
import dev.alloy.installation.ConnectionType;
import dev.alloy.installation.Installation;
import dev.alloy.installation.Installations;
import dev.alloy.installation.StoredManifest;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads a compile request and runs the compiler. Nothing is stored here. */
@Component
class CompilePreparation {

    private static final String CATEGORY = "failure_category";
    private static final String VALIDATION = "validation";

    private final Projects projects;
    private final Installations installations;
    private final Templates templates;
    private final JsonMapper json;

    CompilePreparation(Projects projects, Installations installations, Templates templates, JsonMapper json) {
        this.projects = projects;
        this.installations = installations;
        this.templates = templates;
        this.json = json;
    }

    /** An intent, and the template that it came from; null without one. */
    private record Source(ObjectNode intent, @Nullable TemplateUse template) {}

    /**
     * Compiles what the body asks for.
     *
     * <p>Refused: {@code invalid-body} with everything that is wrong with body and intent, {@code unknown-reference}, {@code
     * incompatible-target}.
     */
    CompiledRequest prepare(Caller caller, String projectId, ObjectNode body) {
        Project project = projects.get(caller, projectId);
        CompileRequest order = new CompileRequest(body);
        List<Finding> shape = DocumentSchemas.validate("compile_brief", body);
        Source source;
        try {
            source = source(caller, project, order, shape);
        } catch (ProblemException e) {
            throw withAllElse(e, project, order, shape);
        }
        requireValid(project, order, shape, source.intent());
        Installation installation = target(caller, project, Objects.requireNonNull(order.installationId()));
        RepoContext repo = RepoContext.of(order.repo());
        return new CompiledRequest(
                project,
                installation,
                repo,
                source.intent(),
                source.template(),
                compile(new CompilerInput(
                        source.intent(),
                        manifest(installation),
                        project.id(),
                        connection(installation.connectionType()),
                        repo)));
    }

    private Source source(Caller caller, Project project, CompileRequest order, List<Finding> shape) {
        String templateId = order.templateId();
        boolean usable = shape.stream()
                .map(Finding::pointer)
                .noneMatch(pointer -> pointer.startsWith("/template_id") || pointer.startsWith("/parameters"));
        if (templateId == null || !usable) {
            return new Source(order.sourceIntent(), null);
        }
        Templates.Filled filled = templates.fill(caller, project, templateId, order.parameters(), order.sourceIntent());
        return new Source(filled.sourceIntent(), filled.use());
    }

    /** What the template refuses, and all that can be said without it: of an intent that is only a part nothing is missing. */
    private static ProblemException withAllElse(
            ProblemException refused, Project project, CompileRequest order, List<Finding> shape) {
        List<Finding> others = new ArrayList<>(shape);
        Compiler.check(order.sourceIntent(), order.repo(), project.id()).stream()
                .filter(finding -> !finding.code().equals("missing-member"))
                .map(CompilePreparation::inBody)
                .forEach(others::add);
        if (others.isEmpty()) {
            return refused;
        }
        others.addAll(refused.errors());
        return refusal(others);
    }

    private static ProblemException refusal(List<Finding> findings) {
        return Bodies.refusal(findings.stream()
                        .distinct()
                        .sorted(Comparator.comparing(Finding::pointer).thenComparing(Finding::code))
                        .toList())
                .with(CATEGORY, VALIDATION);
    }

    private static void requireValid(Project project, CompileRequest order, List<Finding> shape, ObjectNode intent) {
        List<Finding> findings = new ArrayList<>(shape);
        if (order.has("parameters") && !order.has("template_id")) {
            findings.add(
                    new Finding("/template_id", "missing-member", "Name the template that the parameters belong to."));
        }
        if (!order.has("source_intent") && !order.has("template_id")) {
            findings.add(new Finding(
                    "/source_intent", "missing-member", "This member is required unless a template is named."));
        } else {
            Compiler.check(intent, order.repo(), project.id()).stream()
                    .map(CompilePreparation::inBody)
                    .forEach(findings::add);
        }
        if (!findings.isEmpty()) {
            throw refusal(findings);
        }
    }

    private static Finding inBody(Finding finding) {
        return finding.pointer().startsWith("/repo/")
                ? finding
                : new Finding("/source_intent" + finding.pointer(), finding.code(), finding.detail());
    }

    private Installation target(Caller caller, Project project, String installationId) {
        Installation installation = installations.referenced(caller, project, installationId, "/installation_id");
        if (installation.isRetired()) {
            throw incompatible("The installation is retired.")
                    .at("/installation_id", "retired", "Choose an installation that is in use.");
        }
        return installation;
    }

    private ObjectNode manifest(Installation installation) {
        String digest = installation.manifestDigest();
        if (digest == null) {
            throw incompatible("The installation has not reported a capability manifest.")
                    .at("/installation_id", "no-manifest", "Report its manifest first.");
        }
        StoredManifest manifest = installations.manifest(installation, digest).orElseThrow();
        return (ObjectNode) json.readTree(manifest.content());
    }

    static Connection connection(ConnectionType type) {
        return Connection.parse(type.wireName()).orElseThrow();
    }

    private static Compilation compile(CompilerInput input) {
        try {
            return Compiler.compile(input);
        } catch (IntentRefused e) {
            throw refusal(e.findings().stream().map(CompilePreparation::inBody).toList());
        } catch (TargetIncompatible e) {
            throw incompatible("The installation cannot carry out this intent.")
                    .with(e.findings().stream().map(CompilePreparation::inBody).toList())
                    .with("nearest_events", e.nearestEvents())
                    .with("report", e.report().stream().map(ReportRow::toJson).toList());
        }
    }

    private static ProblemException incompatible(String detail) {
        return ProblemType.INCOMPATIBLE_TARGET.because(detail).with(CATEGORY, VALIDATION);
    }
}
