package dev.alloy.compiler;

import tools.jackson.databind.JsonNode;

/** An intent to compile, not validated yet: any part may have the wrong shape. */
record UncheckedIntent(JsonNode sourceIntent, JsonNode repo, String projectId) {}
