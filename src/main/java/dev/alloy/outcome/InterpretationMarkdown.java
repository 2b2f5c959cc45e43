package dev.alloy.outcome;

import dev.alloy.compiler.Markdown;
import dev.alloy.outcome.Interpretation.Capability;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A run's report as Markdown. Text of others stays text: nothing in it becomes a heading, a link or an element. Pure. */
public final class InterpretationMarkdown {

    private static final Pattern SIGNS = Pattern.compile("[\\\\`*_{}\\[\\]<>#+|~!&@]|^[-=]|^\\d{1,9}[.)]");

    private InterpretationMarkdown() {}

    /** The whole report. */
    public static String of(Interpretation report) {
        var out = new StringBuilder();
        out.append("# Run ").append(report.runRequestId()).append("\n\n");
        out.append(text(report.headline())).append("\n\n");
        out.append("- Recorded: `").append(report.status()).append("`");
        if (report.claimedStatus() != null) {
            out.append(", claimed: `").append(report.claimedStatus()).append("`");
        }
        out.append("\n- Exactly what was approved: `")
                .append(report.exactSnapshot())
                .append("`\n- ")
                .append(text(report.standing()))
                .append('\n');
        section(
                out,
                "What needs a person",
                report.needsPerson(),
                "Nothing.",
                need -> text(need.what()) + " " + text(need.next()) + " (`" + need.source() + "`)");
        out.append("\n## Why\n\n").append(text(report.why().objective())).append("\n\n");
        report.why()
                .intentRefs()
                .forEach((kind, refs) -> refs.forEach(ref -> out.append("- ")
                        .append(text(kind))
                        .append(": ")
                        .append(text(ref))
                        .append('\n')));
        section(out, "What happened", report.whatHappened(), "Nothing yet.", InterpretationMarkdown::text);
        section(
                out,
                "Evidence",
                report.evidence(),
                "None is required.",
                line -> "**" + line.status() + "** "
                        + (line.simulatedStatus() == null ? "" : "(simulated: " + line.simulatedStatus() + ") ")
                        + text(line.key()) + (line.required() ? "" : " (suggested)") + ": "
                        + text(line.statement()) + " " + text(line.because()));
        section(
                out,
                "Capabilities at risk",
                report.capabilities().atRisk(),
                "None.",
                InterpretationMarkdown::capability);
        section(
                out,
                "Capabilities preserved",
                report.capabilities().preserved(),
                "None is proved.",
                InterpretationMarkdown::capability);
        section(
                out,
                "Capabilities unproven",
                report.capabilities().unproven(),
                "None.",
                InterpretationMarkdown::capability);
        section(
                out,
                "Threats observed",
                report.threats().observed(),
                "None was reported.",
                InterpretationMarkdown::text);
        section(out, "Threats watched", report.threats().watched(), "None.", InterpretationMarkdown::text);
        section(out, "Follow-up questions", report.followUpQuestions(), "None.", InterpretationMarkdown::text);
        out.append("\n## Sources\n\n");
        report.sources()
                .forEach((name, path) ->
                        out.append("- ").append(name).append(": `").append(path).append("`\n"));
        return out.toString();
    }

    private static String capability(Capability capability) {
        return text(capability.id())
                + (capability.statement() == null ? "" : ": " + text(capability.statement()))
                + " " + text(capability.because());
    }

    private static <T> void section(
            StringBuilder out, String title, List<T> items, String none, Function<T, String> line) {
        out.append("\n## ").append(title).append("\n\n");
        if (items.isEmpty()) {
            out.append(none).append('\n');
        }
        items.forEach(item -> out.append("- ").append(line.apply(item)).append('\n'));
    }

    /** The words and nothing else: every sign that Markdown gives a meaning is escaped, and no address is recognized. */
    private static String text(String text) {
        return SIGNS.matcher(Markdown.line(text))
                .replaceAll("\\\\$0")
                .replace("://", ":\\/\\/")
                .replace("www.", "www\\.");
    }
}
