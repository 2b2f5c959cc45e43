package dev.alloy.compilation;

import tools.jackson.databind.JsonNode;

/**
 * What of a brief stands in every request to execute it.
 *
 * @param ordinal counts the versions of the brief
 * @param sizeBytes size of its document
 * @param target the document's target; shared, so it is copied before it is put anywhere
 * @param trace how a trace comes back
 */
public record ExecutableBrief(int ordinal, int sizeBytes, JsonNode target, String trace) {}
