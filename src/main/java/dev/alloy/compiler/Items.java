package dev.alloy.compiler;

import java.util.List;

/** How the things of an intent read as list items. */
final class Items {

    private Items() {}

    /** A quoted line: whatever Markdown the text holds ends with it. */
    static String quote(String text) {
        return "> " + Markdown.line(text);
    }

    static List<String> texts(List<String> texts) {
        return texts.stream().map(Markdown::line).toList();
    }

    static List<String> codes(List<String> ids) {
        return ids.stream().map(Markdown::code).toList();
    }

    static List<String> capabilities(List<Intent.Capability> capabilities) {
        return capabilities.stream().map(Items::capability).toList();
    }

    static String capability(Intent.Capability capability) {
        return Markdown.code(capability.id()) + " (" + capability.severity() + "): "
                + Markdown.line(capability.statement());
    }

    static String evidence(EvidenceDefinition evidence) {
        String by = evidence.gate() == null ? "" : ", decided by gate " + Markdown.code(evidence.gate());
        String speaksFor = evidence.capabilityIds().isEmpty()
                ? ""
                : " — for " + String.join(", ", codes(evidence.capabilityIds()));
        return Markdown.code(evidence.key()) + " (" + evidence.kind().replace('_', ' ') + by + "): "
                + Markdown.line(evidence.statement()) + speaksFor;
    }

    static String keys(List<EvidenceDefinition> evidence) {
        return evidence.isEmpty()
                ? "no evidence"
                : String.join(
                        ", ",
                        codes(evidence.stream().map(EvidenceDefinition::key).toList()));
    }
}
