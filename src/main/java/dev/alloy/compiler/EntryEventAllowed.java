package dev.alloy.compiler;

import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.EntryEvent;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The entry event is on the allow-list: any other is a fact in the middle of a chain. Source: foundry.md, “Events”. */
final class EntryEventAllowed implements IntentCheck {

    private static final String ALLOWED =
            Stream.of(EntryEvent.values()).map(EntryEvent::wire).collect(Collectors.joining(", "));

    @Override
    public void check(UncheckedIntent candidate, Consumer<Finding> findings) {
        JsonNode event = candidate.sourceIntent().path("foundry").path("entry_event");
        if (event.isString() && EntryEvent.parse(event.stringValue()).isEmpty()) {
            findings.accept(new Finding(
                    "/foundry/entry_event",
                    "entry-event-not-allowed",
                    "The entry event must be one of: " + ALLOWED + "."));
        }
    }
}
