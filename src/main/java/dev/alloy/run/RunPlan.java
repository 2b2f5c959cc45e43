package dev.alloy.run;

import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.PromptPack;
import dev.alloy.compiler.ExecutionPayload;
import dev.alloy.compiler.References;
import dev.alloy.contract.foundry.Effects;
import dev.alloy.contract.foundry.Throttle;
import dev.alloy.http.Bodies;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What exactly a run of a brief would be: its payload, throttle, effect and key. Pure; nothing is stored.
 *
 * @param throttle how far Foundry may go
 * @param payload as it is served
 * @param effect {@code read_only} or {@code mutating}
 * @param key what makes it this run
 * @param need what an approval has to cover
 */
record RunPlan(String throttle, ObjectNode payload, String effect, IdempotencyKey key, Approvals.Need need) {

    /** Who asks for it, and as which repetition. */
    record Asker(String name, boolean fourEyes, @Nullable Integer reexecutionOrdinal) {}

    static RunPlan of(Brief brief, PromptPack pack, @Nullable String wantedThrottle, Asker asker, JsonMapper json) {
        String throttle = throttle(brief, wantedThrottle);
        ObjectNode payload = ExecutionPayload.render(
                json.readTree(brief.compiledPayload()),
                new References(brief.id(), brief.digest(), pack.id(), pack.digest()),
                json.readTree(pack.prompts()));
        IdempotencyKey key = IdempotencyKey.of(
                brief.projectId(),
                brief.repoRevision(),
                brief.digest(),
                brief.entryEvent(),
                payload,
                throttle,
                asker.name(),
                pack.ordinal() == 1 ? null : pack.digest(),
                asker.reexecutionOrdinal());
        Approvals.Need need = new Approvals.Need(
                null,
                brief.id(),
                brief.digest(),
                pack.digest(),
                ApprovalScope.neededFor(brief.entryEvent(), throttle),
                brief.repoRevision(),
                brief.branch(),
                asker.name(),
                asker.fourEyes(),
                null);
        return new RunPlan(
                throttle,
                payload,
                Effects.of(brief.entryEvent(), throttle, payload).wire(),
                key,
                need);
    }

    private static String throttle(Brief brief, @Nullable String wanted) {
        if (wanted == null) {
            return brief.throttle();
        }
        Throttle limit = Throttle.parse(brief.throttle()).orElseThrow();
        if (Throttle.parse(wanted).orElseThrow().isAbove(limit)) {
            throw Bodies.refusal(
                    "/throttle",
                    "above-brief",
                    "A run goes no further than its brief, which says " + limit.wire() + ".");
        }
        return wanted;
    }
}
