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
        return look(runner).or(() -> settle(organization(runner)) ? look(runner) : Optional.empty());
    }

    /** Before a poll returns empty, it runs the sweep itself. Answers whether there may be something for it now. */
    private boolean settle(String organization) {
        boolean changed = recovery.sweep(organization) > 0;
        return targets.settleMissing(organization) || changed;
    }

    private Optional<Offer> look(Caller runner) {
        RunnerQueue.Found found = waiting.find(organization(runner), runner.name());
        if (found.isNews()) {
            presence.notePoll(organization(runner), runner.name());
        }
        return Optional.ofNullable(found.run())
                .flatMap(run -> run.status() == RunStatus.OFFERED ? Optional.of(run) : offer(runner, run))
                .map(run -> new Offer(
                        Objects.requireNonNull(run.offerExpiresAt()), documents.render(run, found.overlayDigests())));
    }

    private Optional<RunRequest> offer(Caller runner, RunRequest run) {
        Transition offer = Transition.offer(runner.name(), newTraceId(), settings.offerTtl());
        return transitions.apply(run, offer, runner.actor());
    }

    /** How many runs of the organization wait for a runner, as far as that is worth counting. */
    @Transactional(readOnly = true)
    public int waitingRuns(String organizationId) {
        return waiting.countWaiting(organizationId);
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
