package dev.alloy.compiler;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.DocumentSchemas;
import dev.alloy.contract.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Part of an intent with places left open: {@code {{parameters}}}, each of a type. Pure, like the compiler. Source: compiler.md,
 * “Templates”.
 */
public final class IntentTemplate {

    /** What an intent may lack while it is only a part of one. */
    private static final Set<String> LEFT_OPEN = Set.of("missing-member", "too-few");

    private final Map<String, TemplateParameter> parameters = new LinkedHashMap<>();
    private final ObjectNode sourceIntent;

    /**
     * A template of a document that {@code create_brief_template.json} accepted.
     *
     * @param parameters the declarations
     * @param sourceIntent the partial intent; not changed
     */
    public IntentTemplate(JsonNode parameters, ObjectNode sourceIntent) {
        parameters
                .valueStream()
                .map(TemplateParameter::read)
                .forEach(one -> this.parameters.putIfAbsent(one.name(), one));
        this.sourceIntent = sourceIntent;
    }

    /**
     * Everything that is wrong with a template, whatever values it will get: declarations that contradict themselves, placeholders
     * of nothing, and what no value could make a valid intent of.
     *
     * @param parameters the declarations as they were sent
     * @param sourceIntent the partial intent
     * @return findings with pointers into a body that has both as members of these names
     */
    public static List<Finding> check(JsonNode parameters, ObjectNode sourceIntent) {
        List<Finding> findings = new ArrayList<>();
        checkParameters(parameters, findings);
        Map<String, TemplateParameter> declared = new IntentTemplate(parameters, sourceIntent).parameters;
        eachText(sourceIntent, "/source_intent", (pointer, text) -> checkText(pointer, text, declared, findings));
        eachName(sourceIntent, "/source_intent", findings);
        DocumentSchemas.validate("source_intent", sourceIntent).stream()
                .filter(finding -> !LEFT_OPEN.contains(finding.code()))
                .filter(finding -> !hasPlaceholder(sourceIntent.at(finding.pointer())))
                .map(finding -> new Finding("/source_intent" + finding.pointer(), finding.code(), finding.detail()))
                .forEach(findings::add);
        return findings.stream()
                .distinct()
                .sorted(Comparator.comparing(Finding::pointer).thenComparing(Finding::code))
                .toList();
    }

    private static void checkParameters(JsonNode parameters, List<Finding> findings) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < parameters.size(); i++) {
            TemplateParameter parameter = TemplateParameter.read(parameters.path(i));
            String at = "/parameters/" + i;
            JsonNode fallback = parameter.fallback();
            if (!seen.add(parameter.name())) {
                findings.add(new Finding(at + "/name", "duplicate-id", "Another parameter has the same name."));
            }
            if (fallback != null && !parameter.type().fits(fallback)) {
                findings.add(new Finding(
                        at + "/default",
                        "wrong-type",
                        "The default must be " + parameter.type().sentence() + "."));
            }
            if (fallback != null && parameter.required()) {
                findings.add(new Finding(
                        at + "/default",
                        "required-with-default",
                        "A parameter that has to be given needs no default."));
            }
        }
    }

    private static void checkText(
            String pointer, String text, Map<String, TemplateParameter> declared, List<Finding> findings) {
        boolean alone = Placeholders.whole(text).isPresent();
        Placeholders.in(text).distinct().forEach(name -> {
            TemplateParameter parameter = declared.get(name);
            if (parameter == null) {
                findings.add(new Finding(
                        pointer, "undeclared-parameter", "No parameter " + name + " is declared under /parameters."));
            } else if (!alone && parameter.type() == TemplateParameter.Type.LIST) {
                findings.add(new Finding(
                        pointer,
                        "list-in-text",
                        "The parameter " + name + " is a list and cannot stand within a text."));
            }
        });
    }

    private static void eachText(JsonNode value, String pointer, BiConsumer<String, String> seen) {
        if (value.isString()) {
            seen.accept(pointer, value.stringValue());
        } else if (value.isObject()) {
            value.properties()
                    .forEach(member -> eachText(member.getValue(), pointer + "/" + escaped(member.getKey()), seen));
        } else {
            for (int i = 0; i < value.size(); i++) {
                eachText(value.path(i), pointer + "/" + i, seen);
            }
        }
    }

    private static void eachName(JsonNode value, String pointer, List<Finding> findings) {
        if (value.isObject()) {
            value.properties().forEach(member -> {
                String at = pointer + "/" + escaped(member.getKey());
                if (Placeholders.areIn(member.getKey())) {
                    findings.add(new Finding(
                            at, "placeholder-in-name", "A placeholder can stand in a value, not in a member's name."));
                }
                eachName(member.getValue(), at, findings);
            });
        } else {
            for (int i = 0; i < value.size(); i++) {
                eachName(value.path(i), pointer + "/" + i, findings);
            }
        }
    }

    private static String escaped(String name) {
        return Finding.escape(Finding.shown(name));
    }

    private static boolean hasPlaceholder(JsonNode value) {
        return value.isString() && Placeholders.areIn(value.stringValue());
    }

    /**
     * What a template says with values in its places.
     *
     * @param sourceIntent the intent, complete or not
     * @param values what each parameter was: given or by default
     */
    public record Filled(ObjectNode sourceIntent, ObjectNode values) {}

    /**
     * Fills the places.
     *
     * @param given parameter → value
     * @throws TemplateRefused when a value is missing, unknown or of another type, or all of them together are too long; with every
     *     finding, pointers as in a body that has the values under {@code /parameters}
     */
    public Filled fill(JsonNode given) {
        Map<String, @Nullable JsonNode> values = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        for (TemplateParameter parameter : parameters.values()) {
            values.put(parameter.name(), value(parameter, given, findings));
        }
        given.propertyNames().stream()
                .filter(name -> !parameters.containsKey(name))
                .forEach(name -> findings.add(new Finding(
                        "/parameters/" + escaped(name), "unknown-parameter", "The template has no such parameter.")));
        if (!findings.isEmpty()) {
            throw new TemplateRefused(findings);
        }
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        values.forEach((name, value) -> {
            if (value != null) {
                shown.set(name, value.deepCopy());
            }
        });
        ObjectNode intent = new TemplateFilling(values).fill(sourceIntent);
        return new Filled(intent, shown);
    }

    private static @Nullable JsonNode value(TemplateParameter parameter, JsonNode given, List<Finding> findings) {
        JsonNode value = given.get(parameter.name());
        String at = "/parameters/" + parameter.name();
        if (value == null) {
            if (parameter.required()) {
                findings.add(new Finding(
                        at,
                        "missing-parameter",
                        "The template needs this parameter: " + parameter.type().sentence() + "."));
            }
            return parameter.fallback();
        }
        if (!parameter.type().fits(value)) {
            findings.add(new Finding(
                    at, "wrong-type", "The value must be " + parameter.type().sentence() + "."));
        }
        return value;
    }

    /** The text of a scalar value as it stands within other text. */
    static String text(@Nullable JsonNode value) {
        if (value == null) {
            return "";
        }
        return value.isString() ? value.stringValue() : CanonicalJson.text(value);
    }

    /**
     * One intent laid over another: members of objects are merged, anything else of the upper one wins.
     *
     * @return a new tree
     */
    public static ObjectNode merge(ObjectNode lower, ObjectNode upper) {
        ObjectNode merged = lower.deepCopy();
        upper.properties().forEach(member -> {
            JsonNode below = merged.get(member.getKey());
            merged.set(
                    member.getKey(),
                    below instanceof ObjectNode one && member.getValue() instanceof ObjectNode other
                            ? merge(one, other)
                            : member.getValue().deepCopy());
        });
        return merged;
    }
}
