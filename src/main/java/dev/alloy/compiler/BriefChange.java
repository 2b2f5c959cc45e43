package dev.alloy.compiler;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One thing that differs between two briefs.
 *
 * @param area the part of the brief, such as {@code protected_capabilities}
 * @param subject what it is within the area: an id, a name, a text, or a JSON Pointer into a payload
 * @param change {@code added}, {@code removed}, {@code changed} or {@code reordered}
 * @param before what it was; null when it was not there
 * @param after what it is; null when it is not there
 */
public record BriefChange(
        String area,
        String subject,
        String change,
        @Nullable JsonNode before,
        @Nullable JsonNode after) {}
