package dev.alloy.compilation;

import dev.alloy.access.Project;
import dev.alloy.compiler.Compilation;
import dev.alloy.compiler.RepoContext;
import dev.alloy.installation.Installation;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a compile request comes to, before anything is stored.
 *
 * @param project whose brief it would be
 * @param installation what it was compiled for
 * @param repo where a run would work
 * @param sourceIntent the whole intent: what was given, laid over what a template says
 * @param template what was taken from a template; null without one
 * @param compilation all that the compiler made
 */
public record CompiledRequest(
        Project project,
        Installation installation,
        RepoContext repo,
        ObjectNode sourceIntent,
        @Nullable TemplateUse template,
        Compilation compilation) {}
