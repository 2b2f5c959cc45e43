package dev.alloy.compiler;

import dev.alloy.contract.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The YAML form of a brief: a rendering for people and for Foundry's working copy, not the bytes that were hashed.
 * Every name and string is double-quoted and every number plain, so readers of YAML 1.1 and 1.2 get the same JSON back,
 * with the same digest. Source: domain.md, “Digests”.
 */
public final class BriefYaml {

    /** YAML readers may refuse a longer name in front of a colon. */
    private static final int LONGEST_SIMPLE_KEY = 1_000;

    private final StringBuilder out = new StringBuilder();

    private BriefYaml() {}

    /**
     * Renders a brief.
     *
     * @param brief the compiled document
     * @param id the id it was stored under
     * @param version its version within the project
     * @param digest the digest of its canonical bytes
     * @return YAML in UTF-8
     */
    public static byte[] render(JsonNode brief, String id, int version, String digest) {
        BriefYaml yaml = new BriefYaml();
        yaml.out.append("# Alloy formation brief. A rendering: the digest is that of its canonical JSON (RFC 8785).\n");
        yaml.out.append("# id: ").append(Markdown.line(id)).append('\n');
        yaml.out.append("# version: ").append(version).append('\n');
        yaml.out.append("# digest: ").append(Markdown.line(digest)).append('\n');
        yaml.value(brief, 0);
        return yaml.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void value(JsonNode value, int depth) {
        if (value.isObject() && !value.isEmpty()) {
            members(value, depth);
        } else if (value.isArray() && !value.isEmpty()) {
            items(value, depth);
        } else {
            out.append(scalar(value)).append('\n');
        }
    }

    private void members(JsonNode object, int depth) {
        var sorted = new TreeMap<String, JsonNode>();
        object.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
        sorted.forEach((name, value) -> {
            String key = quoted(name);
            indent(depth);
            out.append(key.length() > LONGEST_SIMPLE_KEY ? "? " + key + "\n" + "  ".repeat(depth) : key);
            child(":", value, depth);
        });
    }

    private void items(JsonNode array, int depth) {
        array.forEach(item -> {
            indent(depth);
            child("-", item, depth);
        });
    }

    private void child(String mark, JsonNode value, int depth) {
        boolean block = value.isContainer() && !value.isEmpty();
        out.append(mark).append(block ? '\n' : ' ');
        value(value, depth + 1);
    }

    private void indent(int depth) {
        out.append("  ".repeat(depth));
    }

    private static String scalar(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> quoted(value.stringValue());
            case NUMBER -> number(CanonicalJson.text(value));
            case OBJECT -> "{}";
            case ARRAY -> "[]";
            default -> CanonicalJson.text(value);
        };
    }

    /** YAML 1.1 sees a float with an exponent only where there is a point as well. */
    private static String number(String canonical) {
        int exponent = canonical.indexOf('e');
        return exponent < 0 || canonical.indexOf('.') >= 0
                ? canonical
                : canonical.substring(0, exponent) + ".0" + canonical.substring(exponent);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (InvisibleCharacters.is(c)) {
                        escape(quoted, c);
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    private static void escape(StringBuilder out, int codePoint) {
        int digits = codePoint > 0xFFFF ? 8 : 4;
        out.append(digits == 8 ? "\\U" : "\\u");
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out.append(Character.forDigit((codePoint >> shift) & 15, 16));
        }
    }
}
