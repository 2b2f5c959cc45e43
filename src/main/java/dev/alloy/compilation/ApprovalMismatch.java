package dev.alloy.compilation;

/** Why an approval does not let a run go on. Source: access.md, “Rules”. */
public enum ApprovalMismatch {
    /** It expired, was revoked or went stale. */
    ENDED,
    /** It is of another brief, or of other prompts. */
    OTHER_WORDS,
    /** Its scope does not reach as far as the run. */
    NARROWER_SCOPE,
    /** It is for another revision. */
    OTHER_REVISION,
    /** It is bound to another run. */
    BOUND,
    /** Who asked for the run, compiled the brief or edited its prompts gave it. */
    FOUR_EYES,
    /** The run may commit, and its branch is neither one of Alloy's nor named by the approval. */
    BRANCH_NOT_ISOLATED,
    /** It was given before this run was requested again; were it given now, it would fit. */
    GIVEN_BEFORE
}
