package dev.alloy.compiler;

import tools.jackson.databind.node.ObjectNode;

/**
 * All a compilation depends on. The trees are read, never changed. Source: compiler.md, “Input”.
 *
 * @param sourceIntent the intent snapshot, strictly read but not yet validated
 * @param manifest a valid {@code foundry.capability_manifest.v1}
 * @param projectId the project the run is for
 * @param connection how the installation is reached
 * @param repo where the run works
 */
public record CompilerInput(
        ObjectNode sourceIntent, ObjectNode manifest, String projectId, Connection connection, RepoContext repo) {}
