package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.EntityTag;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.WrongState;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What people decide about a brief and its overlays short of approving it. Source: domain.md, “Lifecycles”. */
@Service
@Transactional
public class BriefDecisions {

    private final Briefs briefs;
    private final BriefLock lock;
    private final GateOverlayRepository overlays;
    private final VoidedApprovals approvals;
    private final Targets targets;
    private final DatabaseClock clock;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;

    BriefDecisions(
            Briefs briefs,
            BriefLock lock,
            GateOverlayRepository overlays,
            VoidedApprovals approvals,
            Targets targets,
            DatabaseClock clock,
            AuditLog audit,
            ApplicationEventPublisher events) {
        this.briefs = briefs;
        this.lock = lock;
        this.overlays = overlays;
        this.approvals = approvals;
        this.targets = targets;
        this.clock = clock;
        this.audit = audit;
        this.events = events;
    }

    /** Rejects a brief that was never approved. Refused: {@code invalid-transition}, {@code precondition-failed}. */
    public Compilations.Compiled reject(Caller caller, String id, @Nullable String ifMatch, String reason) {
        Brief brief = lock.take(caller, id);
        EntityTag.honour(ifMatch, Briefs.tag(brief, targets.evaluate(brief)));
        if (!brief.reject(caller.name(), reason, clock.now())) {
            throw wrongState("rejected", "compiled", brief.status().wireName());
        }
        audit.append(fact(caller, "brief.rejected", brief).with("reason", reason));
        events.publishEvent(new BriefClosed(caller, brief, reason));
        return briefs.getWhole(caller, id);
    }

    /**
     * Takes an approved brief out of use: its approvals end, and runs that wait for one are declined. Refused: {@code
     * invalid-transition}, {@code precondition-failed}.
     */
    public Compilations.Compiled archive(Caller caller, String id, @Nullable String ifMatch, @Nullable String reason) {
        Brief brief = lock.take(caller, id);
        EntityTag.honour(ifMatch, Briefs.tag(brief, targets.evaluate(brief)));
        if (!brief.archive(caller.name(), reason, clock.now())) {
            throw wrongState("archived", "approved", brief.status().wireName());
        }
        int voided = approvals.voidAll(brief, "brief_archived");
        AuditFact archived = fact(caller, "brief.archived", brief).with("voided_approvals", voided);
        audit.append(reason == null ? archived : archived.with("reason", reason));
        events.publishEvent(new BriefClosed(caller, brief, reason == null ? "The brief was archived." : reason));
        return briefs.getWhole(caller, id);
    }

    /** Accepts an overlay ahead of an approval. Refused: {@code invalid-transition}, {@code precondition-failed}. */
    public GateOverlay acceptOverlay(Caller caller, String id, @Nullable String ifMatch) {
        GateOverlay overlay = proposed(caller, id, ifMatch, "accepted");
        overlay.accept(caller.name(), clock.now());
        audit.append(fact(caller, "gate_overlay.accepted", overlay));
        return overlay;
    }

    /**
     * Turns an overlay down; a brief whose required overlay was turned down cannot be approved. Refused: {@code invalid-transition},
     * {@code precondition-failed}.
     */
    public GateOverlay rejectOverlay(Caller caller, String id, @Nullable String ifMatch, String reason) {
        GateOverlay overlay = proposed(caller, id, ifMatch, "rejected");
        overlay.reject(caller.name(), reason, clock.now());
        audit.append(fact(caller, "gate_overlay.rejected", overlay).with("reason", reason));
        return overlay;
    }

    private GateOverlay proposed(Caller caller, String id, @Nullable String ifMatch, String to) {
        Brief brief = lock.takeToChange(caller, briefs.overlay(caller, id).formationBriefId());
        if (!brief.status().isInUse()) {
            throw WrongState.refusal(
                    "The brief is " + brief.status().wireName() + "; its overlays can no longer be decided.",
                    brief.status().wireName(),
                    "Compile the intent again and decide about the overlays of that brief.");
        }
        GateOverlay overlay = overlays.reread(caller, id);
        EntityTag.honour(ifMatch, EntityTag.of(overlay.id(), overlay.version()));
        if (!overlay.isProposed()) {
            throw wrongState(to, "proposed", overlay.status());
        }
        return overlay;
    }

    private static ProblemException wrongState(String to, String needed, String state) {
        return WrongState.refusal(
                "Only what is " + needed + " can be " + to + "; this is " + state + ".",
                state,
                switch (state) {
                    case "compiled" -> "Reject the brief instead: it was never approved.";
                    case "approved" -> "Archive the brief instead: it was approved.";
                    default -> "It was decided before. Compile the intent again for a different decision.";
                });
    }

    private static AuditFact fact(Caller caller, String type, Brief brief) {
        return AuditFact.of(
                        caller.actor(), type, brief.organizationId(), brief.projectId(), "formation_brief", brief.id())
                .digests(brief.digest(), brief.digest());
    }

    private static AuditFact fact(Caller caller, String type, GateOverlay overlay) {
        return AuditFact.of(
                        caller.actor(),
                        type,
                        overlay.organizationId(),
                        overlay.projectId(),
                        "gate_overlay",
                        overlay.id())
                .digests(overlay.digest(), overlay.digest());
    }
}
