package dev.alloy.compiler;

import java.util.List;

/** How the things of an intent read as list items. */
final class BulletText {

    private BulletText() {}

    /** A quoted line: whatever Markdown the text holds ends with it. */
    static String quote(String text) {
        return "> " + Markdown.text(text);
    }

    static List<String> texts(List<String> texts) {
        return texts.stream().map(Markdown::text).toList();
    }

    /** The texts behind a word that says what to do with each. */
    static List<String> texts(String word, List<String> texts) {
        return texts.stream().map(text -> word + " " + Markdown.text(text)).toList();
    }

    static List<String> codes(List<String> ids) {
        return ids.stream().map(Markdown::code).toList();
    }

    static List<String> capabilities(List<Intent.Capability> capabilities) {
        return capabilities.stream().map(BulletText::capability).toList();
    }

    static String capability(Intent.Capability capability) {
        return Markdown.code(capability.id()) + " (" + capability.severity() + "): "
                + Markdown.text(capability.statement());
    }

    static String evidence(PlannedEvidence evidence) {
        String by = evidence.gate() == null ? "" : ", decided by gate " + Markdown.code(evidence.gate());
        String speaksFor = evidence.capabilityIds().isEmpty()
                ? ""
                : " — for " + String.join(", ", codes(evidence.capabilityIds()));
        return Markdown.code(evidence.key()) + " (" + evidence.kind().replace('_', ' ') + by + "): "
                + Markdown.text(evidence.statement()) + speaksFor;
    }

    /** What makes the evidence observable, as a step to take. */
    static String observe(PlannedEvidence evidence) {
        String how = evidence.gate() != null
                ? "run gate " + Markdown.code(evidence.gate())
                : switch (evidence.kind()) {
                    case "trace" -> "leave it in Foundry's trace";
                    case "human_review" -> "say what a person has to look at";
                    default -> "report what shows it; no gate does";
                };
        return Markdown.code(evidence.key()) + ": " + how;
    }

    static String keys(List<PlannedEvidence> evidence) {
        return evidence.isEmpty()
                ? "no evidence"
                : String.join(
                        ", ", codes(evidence.stream().map(PlannedEvidence::key).toList()));
    }
}
