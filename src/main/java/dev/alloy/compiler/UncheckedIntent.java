package dev.alloy.compiler;

import tools.jackson.databind.JsonNode;

/** What is to be compiled, before anybody has looked at it: any of it may have the wrong shape. */
record UncheckedIntent(JsonNode sourceIntent, JsonNode repo, String projectId) {}
