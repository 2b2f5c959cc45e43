package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.GateOverlay;
import dev.alloy.run.RunRequest;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The gates that a run's overlays require. */
@Component
class Gates {

    private final Briefs briefs;
    private final JsonMapper json;

    Gates(Briefs briefs, JsonMapper json) {
        this.briefs = briefs;
        this.json = json;
    }

    List<RequiredGate> requiredBy(RunRequest run) {
        return briefs.overlaysOf(Caller.system(run.organizationId()), run.formationBriefId()).stream()
                .filter(overlay -> !overlay.mode().equals("advisory"))
                .flatMap(overlay -> names(overlay).stream().map(name -> new RequiredGate(name, overlay.mode())))
                .toList();
    }

    private List<String> names(GateOverlay overlay) {
        return json.readTree(overlay.content())
                .path("gates")
                .valueStream()
                .map(gate -> gate.path("name").asString())
                .toList();
    }
}
