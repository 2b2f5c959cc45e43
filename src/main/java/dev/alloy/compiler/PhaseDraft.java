package dev.alloy.compiler;

import java.util.ArrayList;
import java.util.List;

/** A phase document while it is written: parts, each with its origin, and at the end the list of all origins. */
final class PhaseDraft {

    private final Phase phase;
    private final StringBuilder text = new StringBuilder();
    private final List<PromptDocument.Source> sources = new ArrayList<>();

    PhaseDraft(Phase phase, String title) {
        this.phase = phase;
        text.append("# ").append(title).append("\n\n");
    }

    /** Words of the compiler itself, which come from no intent. */
    PhaseDraft say(String... paragraphs) {
        for (String paragraph : paragraphs) {
            text.append(paragraph).append("\n\n");
        }
        return this;
    }

    /** A part made of lines as they are. */
    PhaseDraft part(String heading, Origin origin, List<String> lines) {
        text.append("## ").append(heading).append("\n\n");
        lines.forEach(line -> text.append(line).append('\n'));
        text.append('\n');
        sources.add(new PromptDocument.Source(heading, origin.pointers(), origin.refs()));
        return this;
    }

    /** A part made of a sentence and a list; says so when the intent names nothing. */
    PhaseDraft list(String heading, Origin origin, String sentence, List<String> items) {
        List<String> lines = new ArrayList<>();
        lines.add(sentence);
        lines.add("");
        if (items.isEmpty()) {
            lines.add("The intent names none.");
        }
        items.forEach(item -> lines.add("- " + item));
        return part(heading, origin, lines);
    }

    PromptDocument finish() {
        text.append("## Sources\n\n");
        for (PromptDocument.Source source : sources) {
            text.append("- ")
                    .append(source.part())
                    .append(": ")
                    .append(
                            source.pointers().isEmpty()
                                    ? "nothing in the intent"
                                    : String.join(", ", source.pointers()));
            if (!source.refs().isEmpty()) {
                text.append(" ← ").append(String.join(", ", source.refs()));
            }
            text.append('\n');
        }
        return new PromptDocument(phase, text.toString(), sources);
    }
}
