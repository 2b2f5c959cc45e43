package dev.alloy.compiler;

/**
 * The ids that storing gave to compiled documents, for the payload of one run.
 *
 * @param briefId id of the brief
 * @param briefDigest digest of the brief's bytes
 * @param promptPackId id of the pack the run uses
 * @param promptPackDigest digest of that pack's bytes
 */
public record DocumentReferences(String briefId, String briefDigest, String promptPackId, String promptPackDigest) {

    /** Where the brief stands in a working copy: {@code .alloy/briefs/{brief_id}.yaml}. */
    public String briefPath() {
        return briefPath(briefId);
    }

    static String briefPath(String briefId) {
        return ".alloy/briefs/" + briefId + ".yaml";
    }
}
