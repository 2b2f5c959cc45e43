package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Checks that texts for people and agents hold something that can be seen: other scripts have blanks of their own. */
final class BlankTexts implements IntentCheck {

    private static final List<String> TEXTS = List.of(
            "/mission/objective",
            "/mission/definition_of_done/*",
            "/mission/stop_conditions/*",
            "/protected_capabilities/*/statement",
            "/threats_to_watch/*",
            "/preferred_strategies/*",
            "/forbidden_moves/*",
            "/tradeoffs/*",
            "/evidence_plan/required/*/statement",
            "/evidence_plan/suggested/*/statement",
            "/gates/*/command");

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        TEXTS.forEach(place -> check(candidate.sourceIntent(), "", place, findings));
    }

    private static void check(JsonNode value, String at, String rest, Consumer<Finding> findings) {
        if (rest.isEmpty()) {
            if (value.isString() && !value.stringValue().isEmpty() && isBlank(value.stringValue())) {
                findings.accept(new Finding(at, "wrong-format", "The text must not be blank."));
            }
            return;
        }
        int end = rest.indexOf('/', 1);
        String step = rest.substring(1, end < 0 ? rest.length() : end);
        String further = end < 0 ? "" : rest.substring(end);
        if (!step.equals("*")) {
            check(value.path(step), at + "/" + step, further, findings);
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(value.path(i), at + "/" + i, further, findings);
            }
        }
    }

    /** Whether there is nothing to see. */
    static boolean isBlank(String text) {
        return text.codePoints()
                .allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || InvisibleCharacters.is(c));
    }
}
