package dev.alloy.openapi;

import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/** Writes the document for people: a line a value, texts of several lines as blocks. */
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

        @Override
        protected Node representScalar(Tag tag, String value, DumperOptions.ScalarStyle style) {
            boolean text = tag.equals(Tag.STR) && value.contains("\n");
            return super.representScalar(tag, value, text ? DumperOptions.ScalarStyle.LITERAL : style);
        }
    }
}
