package dev.alloy.contract.foundry;

import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes text from repositories and agents fit to be shown: secrets of known shapes are taken out, control characters replaced, length
 * bounded. The raw trace stays as it is. Pure. Source: outcome.md, “Traces”.
 */
public final class Redaction {

    private static final String REDACTED = "[redacted]";

    /** Nothing longer is searched; it would not be shown either. */
    private static final int SEARCHED = 20_000;

    /** Each repeats bounded and single-class parts only, so no text makes one slow. */
    private static final List<Pattern> SECRETS = List.of(
            Pattern.compile(
                    "-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\\z)"),
            Pattern.compile("alloy_[a-z]{2,12}_[A-Za-z0-9_-]{16,}"),
            Pattern.compile(
                    "gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|glsa_[A-Za-z0-9_]{16,}"),
            Pattern.compile(
                    "(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|sk-[A-Za-z0-9_-]{16,}|whsec_[A-Za-z0-9+/=]{16,}"),
            Pattern.compile("(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}|AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
            Pattern.compile("AIza[A-Za-z0-9_-]{30,}|ya29\\.[A-Za-z0-9_-]{20,}"),
            Pattern.compile("(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}"),
            Pattern.compile(
                    "https://(?:hooks\\.slack\\.com/services|discord(?:app)?\\.com/api/webhooks)/[A-Za-z0-9/_-]{10,}"),
            Pattern.compile("npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|dop_v1_[a-f0-9]{40,}|hf_[A-Za-z0-9]{30,}"),
            Pattern.compile("SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}"),
            Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{0,4096}"));

    private static final String NAME =
            "(?:password|passwd|passphrase|passwort|pwd|pass|secret|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key"
                    + "|auth[_-]?token|access[_-]?token|client[_-]?secret|credentials?|token)";

    /** What is behind the first group is the secret. */
    private static final List<Pattern> NAMED = List.of(
            Pattern.compile("(?i)(\\bauthorization[\"']?\\s{0,5}[:=]\\s{0,5}[\"']?)[^\\n\"']{4,}"),
            Pattern.compile("(?i)(\\b(?:set-)?cookie\\s{0,5}:\\s{0,5})[^\\n]{4,}"),
            Pattern.compile("(?i)(\\b(?:bearer|basic)\\s{1,5})[A-Za-z0-9+/=._~-]{12,}"),
            Pattern.compile("(?i)([a-z][a-z0-9+.-]{1,20}://)[^\\s/@:]{1,200}:[^\\s@\"']{1,300}(?=@)"),
            Pattern.compile("(?i)([a-z][a-z0-9+.-]{1,20}://)[^\\s/@:]{1,200}(?=@)"),
            // Quoted: up to the quote that closes. Else up to the next white space.
            Pattern.compile("(?i)(" + NAME + "\\\\{0,3}[\"']?\\s{0,5}[=:]\\s{0,5}\\\\{0,3}\")[^\"\\n]{1,500}"),
            Pattern.compile("(?i)(" + NAME + "\\\\{0,3}[\"']?\\s{0,5}[=:]\\s{0,5}\\\\{0,3}')[^'\\n]{1,500}"),
            Pattern.compile("(?i)(" + NAME + "[\"']?\\s{0,5}[=:]\\s{0,5})[^\\s\"']{4,}"),
            Pattern.compile("(?i)(--" + NAME + "\\s{1,5})[^\\s\"']{4,}"));

    private Redaction() {}

    /** The text without secrets and control characters, cut to a length. */
    public static String text(String text, int longest) {
        String searched = text.length() > SEARCHED ? text.substring(0, SEARCHED) : text;
        // A sign that nobody sees must not cut a secret in two.
        String visible = withoutInvisible(searched);
        String redacted = withoutSecrets(visible);
        String shown = redacted.equals(visible) ? printable(searched) : redacted;
        return shown.length() <= longest ? shown : cut(shown, longest) + '\u2026';
    }

    private static String withoutSecrets(String text) {
        String shown = text;
        for (Pattern secret : SECRETS) {
            shown = secret.matcher(shown).replaceAll(REDACTED);
        }
        for (Pattern named : NAMED) {
            shown = named.matcher(shown).replaceAll("$1" + REDACTED);
        }
        return shown;
    }

    private static String withoutInvisible(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().filter(point -> isShown(point) && !isJoiner(point)).forEach(out::appendCodePoint);
        return out.toString();
    }

    private static String printable(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> out.appendCodePoint(isShown(point) ? point : 0xFFFD));
        return out.toString();
    }

    /** Takes no room. */
    private static boolean isJoiner(int point) {
        return point >= 0x200B && point <= 0x200D || point == 0x2060 || point == 0xFEFF || point == 0x00AD;
    }

    private static String cut(String text, int longest) {
        boolean splitsAPair = Character.isHighSurrogate(text.charAt(longest - 1));
        return text.substring(0, splitsAPair ? longest - 1 : longest);
    }

    /** Line breaks and tabs are of use; other controls, lone surrogates and what turns the direction of writing only mislead. */
    private static boolean isShown(int point) {
        return point == '\n'
                || point == '\t'
                || switch (Character.getType(point)) {
                    case Character.CONTROL, Character.SURROGATE -> false;
                    case Character.FORMAT -> !isDirection(point);
                    default -> true;
                };
    }

    private static boolean isDirection(int point) {
        return point >= 0x202A && point <= 0x202E
                || point >= 0x2066 && point <= 0x2069
                || point == 0x200E
                || point == 0x200F;
    }

    /** The document with every text in it treated so. */
    public static JsonNode document(JsonNode value, int longest) {
        if (value.isString()) {
            return JsonNodeFactory.instance.stringNode(text(value.stringValue(), longest));
        }
        if (value instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(item -> copy.add(document(item, longest)));
            return copy;
        }
        if (value instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(member -> copy.set(text(member.getKey(), 200), document(member.getValue(), longest)));
            return copy;
        }
        return value;
    }
}
