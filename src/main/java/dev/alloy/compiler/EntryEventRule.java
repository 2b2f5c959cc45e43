package dev.alloy.compiler;

import dev.alloy.compiler.CapabilityManifest.Citation;
import dev.alloy.compiler.ReportRow.Severity;
import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.EntryEvent;
import java.util.List;

/** The entry event is taken as asked or refused, never replaced: another event is another run. */
final class EntryEventRule implements LoweringRule {

    private static final int NEAREST = 3;

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        CapabilityManifest manifest = situation.manifest();
        EntryEvent wanted = situation.intent().foundry().entryEvent();
        var citation = manifest.cite("supported_entry_events");
        if (!manifest.dispatches()) {
            decisions.lowered(
                    "entry_event",
                    wanted.wire(),
                    citation,
                    "not_dispatched",
                    Severity.GAP,
                    "The manifest lists no entry event; whoever runs the bundle by hand emits this one.",
                    "A manifest that lists " + wanted.wire() + ".");
        } else if (manifest.accepts(wanted)) {
            decisions.asWanted("entry_event", wanted.wire(), citation, "The manifest lists it.");
        } else {
            refuse(manifest, wanted, citation, decisions);
        }
    }

    private static void refuse(CapabilityManifest manifest, EntryEvent wanted, Citation citation, Decisions decisions) {
        List<String> nearest =
                manifest.nearest(wanted, NEAREST).stream().map(EntryEvent::wire).toList();
        decisions.nearestEvents(nearest);
        decisions.refuse(
                "entry_event",
                wanted.wire(),
                citation,
                new Finding(
                        "/foundry/entry_event",
                        "entry-event-not-supported",
                        "The installation does not support " + wanted.wire() + "; "
                                + (nearest.isEmpty()
                                        ? "it supports no event that may be emitted."
                                        : "the nearest it supports: " + String.join(", ", nearest) + ".")));
    }
}
