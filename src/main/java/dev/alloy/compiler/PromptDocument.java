package dev.alloy.compiler;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One Markdown document of a prompt pack. Source: contract.md, “alloy.formation_brief.v1, …”.
 *
 * @param phase the phase it is read in
 * @param content Markdown with line feeds, ending in one
 * @param sources where each of its parts came from
 */
public record PromptDocument(Phase phase, String content, List<Source> sources) {

    /** The media type of every prompt document. */
    public static final String MEDIA_TYPE = "text/markdown";

    /**
     * Where one part of a document came from.
     *
     * @param part the part's heading
     * @param pointers JSON Pointers into the source intent
     * @param refs the intent references and capability ids behind it
     */
    public record Source(String part, List<String> pointers, List<String> refs) {

        /** Copies the lists. */
        public Source {
            pointers = List.copyOf(pointers);
            refs = List.copyOf(refs);
        }
    }

    /** Copies the list. */
    public PromptDocument {
        sources = List.copyOf(sources);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("phase", phase.wire());
        json.put("path", phase.path());
        json.put("media_type", MEDIA_TYPE);
        json.put("content", content);
        var list = json.putArray("sources");
        for (Source source : sources) {
            ObjectNode item = list.addObject().put("part", source.part());
            source.pointers().forEach(item.putArray("pointers")::add);
            source.refs().forEach(item.putArray("refs")::add);
        }
        return json;
    }
}
