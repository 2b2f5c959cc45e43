package dev.alloy.compilation;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a brief took from a template. The values stand in the brief's intent as well: changing the template changes nothing of it.
 *
 * @param templateId the template
 * @param version the template's version at that moment
 * @param values what each parameter was, given or by default
 */
public record TemplateUse(String templateId, int version, ObjectNode values) {}
