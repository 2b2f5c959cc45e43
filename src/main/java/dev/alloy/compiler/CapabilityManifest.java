package dev.alloy.compiler;

import dev.alloy.contract.foundry.EntryEvent;
import dev.alloy.contract.foundry.Throttle;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A capability manifest, never trusted beyond its words: what it does not say with a real {@code true} it does not support. */
final class CapabilityManifest {

    /** What the manifest says in one place, for the report. */
    record Citation(@Nullable String pointer, @Nullable JsonNode value) {

        /** For decisions the manifest has no say in. */
        static final Citation NONE = new Citation(null, null);
    }

    private final ObjectNode tree;

    CapabilityManifest(ObjectNode tree) {
        this.tree = tree;
    }

    boolean supports(String member) {
        return tree.path(member).booleanValue(false);
    }

    Citation cite(String member) {
        JsonNode value = tree.get(member);
        return new Citation("/" + member, value == null ? null : value.deepCopy());
    }

    /** What the manifest says of one item of a list: where it stands, or that nothing stands behind the last one. */
    Citation citeItem(String member, String item) {
        JsonNode list = tree.path(member);
        for (int i = 0; i < list.size(); i++) {
            if (list.path(i).isString() && list.path(i).stringValue().equals(item)) {
                return new Citation("/" + member + "/" + i, list.path(i));
            }
        }
        return new Citation("/" + member + (list.isArray() ? "/-" : ""), null);
    }

    /** Whether any event can be dispatched to the installation at all. */
    boolean dispatches() {
        return !texts("supported_entry_events").isEmpty();
    }

    boolean accepts(EntryEvent event) {
        return texts("supported_entry_events").contains(event.wire());
    }

    /** Supported events on the allow-list other than this one: its own kind first. */
    List<EntryEvent> nearest(EntryEvent wanted, int limit) {
        List<EntryEvent> others = List.of(EntryEvent.values()).stream()
                .filter(event -> event != wanted && accepts(event))
                .toList();
        return Stream.concat(
                        others.stream().filter(wanted::isKinOf),
                        others.stream().filter(event -> !wanted.isKinOf(event)))
                .limit(limit)
                .toList();
    }

    /** The throttles it supports; names that are not ours are passed over. */
    Set<Throttle> throttles() {
        Set<Throttle> known = EnumSet.noneOf(Throttle.class);
        texts("supported_throttle_modes").forEach(mode -> Throttle.parse(mode).ifPresent(known::add));
        return known;
    }

    boolean registers(String block) {
        return texts("registered_blocks").contains(block);
    }

    private Set<String> texts(String member) {
        Set<String> texts = new LinkedHashSet<>();
        JsonNode list = tree.path(member);
        (list.isArray() ? list.valueStream() : Stream.<JsonNode>empty())
                .filter(JsonNode::isString)
                .forEach(text -> texts.add(text.stringValue()));
        return texts;
    }
}
