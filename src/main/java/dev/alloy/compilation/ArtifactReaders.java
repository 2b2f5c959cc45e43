package dev.alloy.compilation;

/** Knows which runner may fetch a brief's artifacts. Asked by this module, answered by the one that knows the runs. */
public interface ArtifactReaders {

    /** Whether a run of the brief is offered to the runner or was accepted by it. */
    boolean mayRead(String organizationId, String runnerId, String formationBriefId);

    /** Whether a run of the brief with the prompt pack is offered to the runner or was accepted by it. */
    boolean mayReadPack(String organizationId, String runnerId, String formationBriefId, String promptPackId);
}
