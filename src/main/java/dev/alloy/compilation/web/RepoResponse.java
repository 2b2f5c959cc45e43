package dev.alloy.compilation.web;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a run works. */
@Schema(name = "BriefRepo")
record RepoResponse(String path, String revision, @Nullable String branch) {}
