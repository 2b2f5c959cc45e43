package dev.alloy.compiler;

import java.util.List;

/** Finds the most valuable discrepancy; the only phase that sees repository observations. */
final class AssessmentPhase implements PhaseTemplate {

    @Override
    public PromptDocument write(PromptContext context) {
        Intent intent = context.intent();
        return new PhaseDraft(Phase.ASSESSMENT, "Assessment: find the most valuable discrepancy")
                .say(
                        "Compare the code with the intent below and name the one discrepancy between them that matters most."
                                + " Measure value by what closing it would do for the objective and the protected"
                                + " capabilities.",
                        "Do not criticise generically. Style, taste and improvements that serve nothing named here are not"
                                + " findings. If code and intent agree, say so and stop.")
                .part(
                        "Objective",
                        Origin.objective(intent),
                        List.of(BulletText.quote(intent.mission().objective())))
                .list(
                        "Capabilities to look at",
                        Origin.capabilities(intent),
                        "A discrepancy is valuable in the order of the severity it touches.",
                        BulletText.capabilities(intent.capabilities()))
                .list(
                        "Signs to look for",
                        Origin.threats(intent),
                        "Each of these would be a discrepancy. Point at the file and line where one shows.",
                        BulletText.texts(intent.threats()))
                .list(
                        "Records of intent",
                        Origin.scope(intent),
                        "What the code is compared with.",
                        BulletText.codes(intent.refs().all()))
                .part(
                        "Repository observations",
                        Origin.observations(intent),
                        FencedObservations.lines(intent.observations()))
                .say(
                        "Report: the discrepancy in one sentence, the capability or objective it concerns, where in the code it"
                                + " shows, and what would be observed once it is closed.")
                .finish();
    }
}
