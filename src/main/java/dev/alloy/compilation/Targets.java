package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.compiler.CompilerInput;
import dev.alloy.compiler.RepoContext;
import dev.alloy.compiler.TargetDifference;
import dev.alloy.installation.Installation;
import dev.alloy.installation.Installations;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says whether what a brief was compiled for still holds. A brief pins its manifest and its installation's connection; when either
 * is another now, the target is computed again and compared decision by decision. Source: compiler.md.
 */
@Service
@Transactional(readOnly = true)
public class Targets {

    private final Briefs briefs;
    private final Installations installations;
    private final TargetEvaluationCache kept;
    private final JsonMapper json;

    Targets(Briefs briefs, Installations installations, TargetEvaluationCache kept, JsonMapper json) {
        this.briefs = briefs;
        this.installations = installations;
        this.kept = kept;
        this.json = json;
    }

    /** The answer for what the brief's installation reports now. */
    public TargetEvaluation evaluate(Brief brief) {
        Installation installation = installations.get(Caller.system(brief.organizationId()), brief.installationId());
        if (installation.isRetired()) {
            return answer(TargetStanding.STALE, "The installation was retired.", installation, List.of());
        }
        if (installation.isIncompatible()) {
            return answer(
                    TargetStanding.UNKNOWN,
                    "The installation's latest manifest has a version that this service cannot read.",
                    installation,
                    List.of());
        }
        if (isAsCompiled(brief, installation)) {
            return answer(
                    TargetStanding.CURRENT,
                    "The installation still reports what the brief was compiled for.",
                    installation,
                    List.of());
        }
        List<TargetDifference> differences =
                kept.find(brief, installation).orElseGet(() -> differences(brief, installation));
        return differences.isEmpty()
                ? answer(
                        TargetStanding.STILL_GOOD,
                        "The installation's manifest changed, but every decision would be the same.",
                        installation,
                        differences)
                : answer(
                        TargetStanding.STALE,
                        "With what the installation reports now, the brief would compile differently.",
                        installation,
                        differences);
    }

    /**
     * Computes the answer where there is none yet and keeps it, for the query that offers runs: what it finds no answer for it does
     * not offer.
     */
    @Transactional
    public void settle(Brief brief) {
        Installation installation = installations.get(Caller.system(brief.organizationId()), brief.installationId());
        if (!isAsCompiled(brief, installation) && kept.find(brief, installation).isEmpty()) {
            kept.keep(brief, installation, differences(brief, installation));
        }
    }

    /** {@link #settle(Brief)} for a brief that was read to be run; asks nothing where the answer is known. */
    @Transactional
    public void settle(RunnableBrief brief) {
        if (!brief.targetKnown()) {
            settle(briefs.get(Caller.system(brief.organizationId()), brief.id()));
        }
    }

    private static boolean isAsCompiled(Brief brief, Installation installation) {
        return brief.manifestDigest().equals(installation.manifestDigest())
                && brief.connectionType() == installation.connectionType();
    }

    private List<TargetDifference> differences(Brief brief, Installation installation) {
        ObjectNode intent = (ObjectNode) json.readTree(brief.sourceIntentSnapshot());
        RepoContext repo = new RepoContext(brief.repoPath(), brief.repoRevision(), brief.branch());
        return TargetDifference.between(
                new CompilerInput(
                        intent,
                        manifest(installation, brief.manifestDigest()),
                        brief.projectId(),
                        CompilePreparation.connection(brief.connectionType()),
                        repo),
                new CompilerInput(
                        intent,
                        manifest(installation, String.valueOf(installation.manifestDigest())),
                        brief.projectId(),
                        CompilePreparation.connection(installation.connectionType()),
                        repo));
    }

    private ObjectNode manifest(Installation installation, String digest) {
        return (ObjectNode) json.readTree(
                installations.manifest(installation, digest).orElseThrow().content());
    }

    private static TargetEvaluation answer(
            TargetStanding standing, String because, Installation installation, List<TargetDifference> differences) {
        return new TargetEvaluation(
                standing,
                because,
                installation.manifestDigest(),
                installation.connectionType().wireName(),
                differences);
    }
}
