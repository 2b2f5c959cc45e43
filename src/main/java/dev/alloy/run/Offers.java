package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.runner.RunnerPresence;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.node.ObjectNode;

/** Offers runs to the runners that poll. Source: dispatch.md, “Runner protocol”. */
@Service
@Transactional
public class Offers {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final RunnerPresence presence;
    private final RunnerQueue waiting;
    private final Transitions transitions;
    private final Recovery recovery;
    private final TargetAnswers targets;
    private final ExecutionRequests documents;
    private final RunSettings settings;

    Offers(
            RunnerPresence presence,
            RunnerQueue waiting,
            Transitions transitions,
            Recovery recovery,
            TargetAnswers targets,
            ExecutionRequests documents,
            RunSettings settings) {
        this.presence = presence;
        this.waiting = waiting;
        this.transitions = transitions;
        this.recovery = recovery;
        this.targets = targets;
        this.documents = documents;
        this.settings = settings;
    }

    /**
     * A run reserved for a runner.
     *
     * @param expiresAt until when
     * @param executionRequest the document, {@code alloy.foundry_execution_request.v1}
     */
    public record Offer(Instant expiresAt, ObjectNode executionRequest) {}

    /**
     * The next run for a runner: the one it was offered and has not answered, else the oldest it may have.
     *
     * @param runner the runner that polls
     */
    public Optional<Offer> offerNext(Caller runner) {
        String organization = organization(runner);
        presence.lockForPoll(organization, runner.name());
        return waiting.standingOffer(organization, runner.name())
                .or(() -> takeFromQueue(runner))
                .map(this::offer);
    }

    /** Before a poll returns empty, it runs the sweep itself. */
    private Optional<RunRequest> takeFromQueue(Caller runner) {
        String organization = organization(runner);
        Optional<RunRequest> taken = offerOldest(runner);
        if (taken.isPresent()) {
            return taken;
        }
        boolean changed = recovery.sweep(organization) > 0;
        return targets.settleMissing(organization) || changed ? offerOldest(runner) : taken;
    }

    private Optional<RunRequest> offerOldest(Caller runner) {
        return waiting.lockNext(organization(runner), runner.name())
                .flatMap(run -> transitions.apply(
                        run, Transition.offer(runner.name(), newTraceId(), settings.offerTtl()), runner.actor()));
    }

    /** How many runs of the organization wait for a runner, as far as that is worth counting. */
    @Transactional(readOnly = true)
    public int waitingRuns(String organizationId) {
        return waiting.countWaiting(organizationId);
    }

    private Offer offer(RunRequest run) {
        return new Offer(Objects.requireNonNull(run.offerExpiresAt()), documents.render(run));
    }

    private static String organization(Caller runner) {
        return Objects.requireNonNull(runner.organizationId());
    }

    private static String newTraceId() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
