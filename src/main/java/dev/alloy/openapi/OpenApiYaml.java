package dev.alloy.openapi;

import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/** Writes the document for people: a line a value, texts of several lines as blocks; what is no string in other versions of YAML is quoted. */
final class OpenApiYaml {

    private OpenApiYaml() {}

    static String write(Map<String, Object> document) {
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        options.setIndent(2);
        options.setIndicatorIndent(0);
        options.setLineBreak(DumperOptions.LineBreak.UNIX);
        return new Yaml(new Blocks(options), options).dump(document);
    }

    private static final class Blocks extends Representer {

        Blocks(DumperOptions options) {
            super(options);
        }

        /** A reference takes one line: there are thousands. */
        @Override
        protected Node representMapping(Tag tag, Map<?, ?> members, DumperOptions.FlowStyle style) {
            boolean reference = members.size() == 1 && members.containsKey("$ref");
            return super.representMapping(tag, members, reference ? DumperOptions.FlowStyle.FLOW : style);
        }

        @Override
        protected Node representScalar(Tag tag, String value, DumperOptions.ScalarStyle style) {
            boolean text = tag.equals(Tag.STR) && value.contains("\n");
            return super.representScalar(tag, value, text ? DumperOptions.ScalarStyle.LITERAL : style);
        }
    }
}
