package dev.alloy.compiler;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Replaces the words of one phase: a human edit makes a new pack with a new digest. Who edited and why stands in the pack's
 * row, not in its bytes. Source: domain.md, “Lifecycles”.
 */
public final class PromptEdit {

    private PromptEdit() {}

    /** Whether there is nothing to see in it. */
    public static boolean isBlank(String content) {
        return BlankTexts.isBlank(content);
    }

    /** Whether a person can see all that an agent would read: no control or invisible characters but tabs and line breaks. */
    public static boolean isVisible(String content) {
        return content.codePoints()
                .allMatch(c -> c == '\n'
                        || c == '\r'
                        || c == '\t'
                        || !InvisibleCharacters.is(c)
                        || InvisibleCharacters.isJoiner(c));
    }

    /**
     * The pack with another content for the phase; all else, the sources too, stays.
     *
     * @param pack an {@code alloy.prompt_pack.v1}; not changed
     * @param phase the phase to edit
     * @param content Markdown; line breaks become line feeds and the last line ends in one, so the same words have the
     *     same digest from every editor
     * @throws IllegalArgumentException when the pack has no document for the phase
     */
    public static CompiledDocument apply(JsonNode pack, Phase phase, String content) {
        ObjectNode edited = (ObjectNode) pack.deepCopy();
        ObjectNode document = edited.path("documents")
                .valueStream()
                .filter(each -> each.path("phase").asString("").equals(phase.wire()))
                .map(ObjectNode.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The pack has no document for " + phase.wire()));
        String lines = content.replace("\r\n", "\n").replace('\r', '\n');
        document.put("content", lines.endsWith("\n") ? lines : lines + "\n");
        return new CompiledDocument(edited);
    }
}
