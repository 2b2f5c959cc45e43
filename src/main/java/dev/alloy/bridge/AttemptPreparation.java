package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Patience;
import dev.alloy.contract.foundry.Throttle;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Prepares an accepted attempt: verifies its artifacts, readies the working copy. Nothing of it runs anything. */
final class AttemptPreparation {

    private final AlloyClient client;
    private final Foundry foundry;
    private final BridgeSettings settings;
    private final Predicate<String> trusted;

    /**
     * @param trusted whether the server trusts this runner with a project
     */
    AttemptPreparation(AlloyClient client, Foundry foundry, BridgeSettings settings, Predicate<String> trusted) {
        this.client = client;
        this.foundry = foundry;
        this.settings = settings;
        this.trusted = trusted;
    }

    /** Verifies only: for a Foundry that needs no working copy. */
    void verify(JournaledAttempt attempt, Patience patience) {
        ExecutionRequest request = attempt.request();
        request.requireAllowed();
        attempt.prepared(request.revision(), null, Artifacts.fetch(request, client, patience));
        attempt.reach(AttemptStage.PREPARED);
    }

    /**
     * Verifies, checks out and materializes. Refused if something is not in the required state; then nothing was told
     * to Foundry.
     *
     * @param take takes the working copy for this attempt, before anything in it is changed
     */
    void prepare(JournaledAttempt attempt, FoundryRegistry registry, Consumer<WorkingCopy> take, Patience patience) {
        ExecutionRequest request = attempt.request();
        request.requireAllowed();
        Artifacts artifacts = Artifacts.fetch(request, client, patience);
        FoundryRegistry.Project project = registry.find(request.projectId())
                .orElseThrow(() -> ExecutionRefused.dispatch(
                        "project-not-in-registry",
                        "Foundry's registry does not know the project " + request.projectId()
                                + ". Add it and restart foundryd."));
        refusePush(request, project);
        WorkingCopy copy = WorkingCopy.of(project, settings.workdir());
        take.accept(copy);
        copy.leave(attempt, false);
        requireFree(copy, project);
        // From here on there is something to undo.
        attempt.isIn(copy.path(), copy.position());
        attempt.touched(true);
        attempt.gateFile(GateFile.Handling.NONE);
        attempt.reach(AttemptStage.PREPARING);
        String head = copy.checkOut(request);
        byte @Nullable [] merged = merge(copy, artifacts, request);
        Map<String, byte[]> files = artifacts.files();
        attempt.gateFile(copy.handling(merged));
        attempt.reach(AttemptStage.PREPARING);
        copy.materialize(files, merged, attempt.gateFile());
        attempt.prepared(head, GateFile.digest(copy.gateFile()), artifacts);
        attempt.lookedBefore(copy.look(), copy.refs());
        attempt.reach(AttemptStage.PREPARED);
    }

    /** It was free before the poll, which may have taken long. */
    private void requireFree(WorkingCopy copy, FoundryRegistry.Project project) {
        copy.obstacle().ifPresent(why -> {
            throw ExecutionRefused.dispatch("working-copy-not-clean", why + ".");
        });
        if (foundry.isBusyWith(project.name())) {
            throw ExecutionRefused.dispatch(
                    "foundry-busy", "Foundry is at work on " + project.name() + " for a different run.");
        }
        copy.requireRoom();
    }

    /** A push starts what watches the remote: release audits, pipelines. */
    private void refusePush(ExecutionRequest request, FoundryRegistry.Project project) {
        if (project.pushes() && request.throttle() == Throttle.FULL && request.isMutating() && !settings.allowPush()) {
            throw ExecutionRefused.safety(
                    "push-not-allowed",
                    "Foundry's registry says to push what it commits to " + project.name()
                            + ", and this bridge was started without --allow-push.");
        }
    }

    private byte @Nullable [] merge(WorkingCopy copy, Artifacts artifacts, ExecutionRequest request) {
        GateFile own = GateFile.read(copy.gateFile());
        List<GateFile.Gate> asked = GateFile.asked(artifacts.overlays());
        List<String> unknown = own.unknownOf(asked);
        if (!unknown.isEmpty() && !settings.allowGateCommands() && !trusted.test(request.projectId())) {
            throw ExecutionRefused.safety(
                    "gate-commands-not-allowed",
                    "The repository's own gate file does not hold the commands of these gates: "
                            + String.join(", ", unknown.subList(0, Math.min(10, unknown.size())))
                            + ". Trust the runner with the project, start the bridge with --allow-gate-commands, or commit the gates.");
        }
        return own.merged(asked);
    }
}
