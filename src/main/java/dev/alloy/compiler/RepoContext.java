package dev.alloy.compiler;

import org.jspecify.annotations.Nullable;

/**
 * Where a run works. Checked by the compiler, not here. Source: compiler.md, “Input”.
 *
 * @param path absolute path of the working copy on the runner's machine
 * @param revision 4 to 64 lower-case hexadecimal digits
 * @param branch branch to work on, or null for the default {@code alloy/{project}/{first 8 digits of the intent's digest}}
 */
public record RepoContext(
        String path, String revision, @Nullable String branch) {}
