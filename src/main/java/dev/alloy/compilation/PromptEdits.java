package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.compiler.CompiledDocument;
import dev.alloy.compiler.Phase;
import dev.alloy.compiler.PromptEdit;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.WrongState;
import java.time.Instant;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Edits prompt packs. An edit makes a new pack with a digest of its own, and what was approved before is approved no
 * more. Source: domain.md, “Lifecycles”.
 */
@Service
@Transactional
public class PromptEdits {

    private final Briefs briefs;
    private final BriefLock lock;
    private final PromptPackRepository packs;
    private final VoidedApprovals approvals;
    private final JsonMapper json;
    private final DatabaseClock clock;
    private final AuditLog audit;

    PromptEdits(
            Briefs briefs,
            BriefLock lock,
            PromptPackRepository packs,
            VoidedApprovals approvals,
            JsonMapper json,
            DatabaseClock clock,
            AuditLog audit) {
        this.briefs = briefs;
        this.lock = lock;
        this.packs = packs;
        this.approvals = approvals;
        this.json = json;
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * Replaces the document of one phase.
     *
     * <p>Refused: {@code invalid-transition} for a brief out of use, {@code pack-superseded} unless the pack is the
     * brief's newest, {@code invalid-body} for words that cannot be seen or change nothing.
     *
     * @param packId the pack that the edit is based on
     */
    public PromptPack edit(Caller caller, String packId, Phase phase, String content, String reason) {
        Brief brief = lock.takeToChange(caller, briefs.pack(caller, packId).formationBriefId());
        if (!brief.status().isInUse()) {
            throw WrongState.refusal(
                    "The brief is " + brief.status().wireName() + "; its prompts can no longer be edited.",
                    brief.status().wireName(),
                    "Compile the intent again and edit the prompts of that brief.");
        }
        PromptPack base = briefs.newestPack(caller, brief.id());
        if (!base.id().equals(packId)) {
            throw ProblemType.PACK_SUPERSEDED
                    .because("The pack was edited since; base your edit on the newest pack.")
                    .with("newest_prompt_pack_id", base.id());
        }
        if (PromptEdit.isBlank(content)) {
            throw Bodies.refusal("/content", "wrong-format", "The text must not be blank.");
        }
        if (!PromptEdit.isVisible(content)) {
            throw Bodies.refusal(
                    "/content",
                    "invisible-character",
                    "The text must not hold control or invisible characters except tabs and line breaks.");
        }
        CompiledDocument edited = PromptEdit.apply(json.readTree(base.prompts()), phase, content);
        if (edited.digest().equals(base.digest())) {
            throw Bodies.refusal("/content", "unchanged", "The prompt already has exactly this text.");
        }
        Instant now = clock.now();
        var pack = new PromptPack(
                Ids.next("prompt_pack"), base, edited, history(base, phase, caller, reason, now), caller.name(), now);
        packs.add(pack);
        int voided = approvals.voidAll(brief, "prompt_edited");
        audit.append(AuditFact.of(
                        caller.actor(),
                        "prompt_pack.edited",
                        brief.organizationId(),
                        brief.projectId(),
                        "prompt_pack",
                        pack.id())
                .digests(base.digest(), pack.digest())
                .with("formation_brief_id", brief.id())
                .with("phase", phase.wire())
                .with("reason", reason)
                .with("voided_approvals", voided));
        return pack;
    }

    private String history(PromptPack base, Phase phase, Caller caller, String reason, Instant now) {
        ArrayNode edits = (ArrayNode) json.readTree(base.humanEdits());
        edits.addObject()
                .put("phase", phase.wire())
                .put("edited_by", caller.name())
                .put("edited_at", now.toString())
                .put("reason", reason)
                .put("base_prompt_pack_id", base.id())
                .put("base_digest", base.digest());
        return edits.toString();
    }
}
