package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.compiler.BriefChange;
import dev.alloy.compiler.BriefDiff;
import dev.alloy.problem.ProblemType;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares briefs of a project. */
@Service
@Transactional(readOnly = true)
public class BriefDiffs {

    private final Briefs briefs;
    private final JsonMapper json;

    BriefDiffs(Briefs briefs, JsonMapper json) {
        this.briefs = briefs;
        this.json = json;
    }

    /** A brief and the pack that was compared with it. */
    public record Side(Brief brief, PromptPack pack) {}

    /** What became of one brief in another. */
    public record Difference(Side before, Side after, List<BriefChange> changes) {}

    /**
     * What changed from one brief to another, each with its newest prompt pack. Refused: {@code not-found} unless both are within
     * reach and of one project.
     *
     * @param id the later one
     * @param against the earlier one
     */
    public Difference between(Caller caller, String id, String against) {
        Brief after = briefs.get(caller, id);
        Brief before = briefs.get(caller, against);
        if (!before.projectId().equals(after.projectId())) {
            throw ProblemType.NOT_FOUND.because("No such brief in the same project.");
        }
        PromptPack newest = briefs.newestPack(caller, after.id());
        PromptPack earlier = briefs.newestPack(caller, before.id());
        return new Difference(
                new Side(before, earlier),
                new Side(after, newest),
                BriefDiff.between(side(caller, before, earlier), side(caller, after, newest)));
    }

    private BriefDiff.Side side(Caller caller, Brief brief, PromptPack pack) {
        return new BriefDiff.Side(
                json.readTree(brief.compiledPayload()),
                json.readTree(pack.prompts()),
                briefs.overlaysOf(caller, brief.id()).stream()
                        .<JsonNode>map(overlay -> json.readTree(overlay.content()))
                        .toList());
    }
}
