package dev.alloy.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A run as the server has it: its state, its attempts, its leases. Not for several threads: its server guards it. Source: dispatch.md. */
final class FakeRun {

    enum State {
        QUEUED,
        OFFERED,
        ACCEPTED,
        EXECUTING,
        ENDED,
        CANCELLED,
        LOST;

        String wire() {
            return this == ENDED ? "completed" : name().toLowerCase(Locale.ROOT);
        }
    }

    /** One attempt: what was given out for it. */
    record Attempt(int number, String traceId, @Nullable String claim, List<String> leases) {}

    static final int OFFER_SECONDS = 5;
    static final int LEASE_SECONDS = 6;
    static final int HEARTBEAT_SECONDS = 1;
    static final int SELF_ABORT_SECONDS = 4;

    private static final int MOST_OFFERS = 3;

    private final RequestFixture order;
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Attempt> forgotten = new ArrayList<>();
    private final Map<String, Attempt> byToken = new HashMap<>();
    private State state = State.QUEUED;
    private String offerTraceId = "";
    private long ends;
    private String expiresAt = "";
    private int offers;
    private boolean withheld;
    private boolean cancelAsked;
    private @Nullable String leaseProblem;
    private byte @Nullable [] result;
    private int lastSequence;

    FakeRun(RequestFixture order) {
        this.order = order;
    }

    RequestFixture order() {
        return order;
    }

    State state() {
        sweep();
        return state;
    }

    /** All of them, also those that the server forgot. */
    List<Attempt> attempts() {
        List<Attempt> all = new ArrayList<>(forgotten);
        all.addAll(attempts);
        return all;
    }

    Optional<byte[]> result() {
        return Optional.ofNullable(result);
    }

    /** Never offered again. */
    void withhold() {
        withheld = true;
    }

    /** Every lease is refused for this reason from now on. */
    void refuseLeases(String problem) {
        leaseProblem = problem;
    }

    void cancel() {
        if (state == State.EXECUTING) {
            cancelAsked = true;
        } else {
            state = State.CANCELLED;
        }
    }

    private static String random(int bytes) {
        byte[] made = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(made);
        return HexFormat.of().formatHex(made);
    }

    private void endsIn(int seconds) {
        ends = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        expiresAt = WallClock.now().plusSeconds(seconds).toString();
    }

    private void sweep() {
        if (System.nanoTime() - ends < 0) {
            return;
        }
        switch (state) {
            case OFFERED, ACCEPTED -> state = State.QUEUED;
            case EXECUTING -> {
                boolean again = order.isReadOnly() && !cancelAsked;
                state = again ? State.QUEUED : order.isReadOnly() ? State.CANCELLED : State.LOST;
            }
            default -> {}
        }
    }

    /** The server's database is put back to a moment before the run was offered first. */
    void forget() {
        forgotten.addAll(attempts);
        attempts.clear();
        byToken.clear();
        state = State.QUEUED;
        offers = 0;
        result = null;
        lastSequence = 0;
        cancelAsked = false;
    }

    /** The same offer as long as it stands, else a new one. */
    Optional<ObjectNode> offer() {
        sweep();
        if (state == State.QUEUED && !withheld && offers < MOST_OFFERS) {
            state = State.OFFERED;
            offers++;
            offerTraceId = random(16);
            endsIn(OFFER_SECONDS);
        }
        if (state != State.OFFERED) {
            return Optional.empty();
        }
        ObjectNode offer = EventChain.object();
        offer.putObject("offer").put("expires_at", expiresAt);
        offer.set("execution_request", order.document(offerTraceId, attempts.size() + 1));
        return Optional.of(offer);
    }

    ObjectNode accept(@Nullable String claim) throws ProblemReply {
        sweep();
        if (state == State.OFFERED) {
            attempts.add(new Attempt(attempts.size() + 1, offerTraceId, claim, new ArrayList<>()));
            state = State.ACCEPTED;
            offers = 0;
        } else if (state != State.ACCEPTED) {
            throw state == State.QUEUED
                    ? new ProblemReply(409, "not-offered", "The run is not offered to this runner at this moment.")
                    : wrongState("accepted");
        } else if (!Objects.equals(newest().claim(), claim)) {
            throw new ProblemReply(409, "claim-conflict", "This attempt was accepted with a different claim.");
        }
        String lease = "alloy_lse_" + UUID.randomUUID();
        newest().leases().add(lease);
        byToken.put(lease, newest());
        endsIn(LEASE_SECONDS);
        ObjectNode accepted = EventChain.object()
                .put("attempt", newest().number())
                .put("lease_token", lease)
                .put("callback_token", "alloy_cbk_" + UUID.randomUUID());
        accepted.set("lease", lease());
        return accepted;
    }

    private Attempt newest() {
        return attempts.get(attempts.size() - 1);
    }

    private ObjectNode lease() {
        return EventChain.object()
                .put("seconds", LEASE_SECONDS)
                .put("heartbeat_seconds", HEARTBEAT_SECONDS)
                .put("self_abort_seconds", SELF_ABORT_SECONDS)
                .put("expires_at", expiresAt);
    }

    /** Whether the run had been started by this attempt before. */
    boolean start(@Nullable String token, JsonNode body) throws ProblemReply {
        require(token);
        if (state == State.EXECUTING) {
            return true;
        }
        if (state != State.ACCEPTED) {
            throw wrongState("started");
        }
        String reported = body.path("repo_revision_before").asString("");
        if (!reported.startsWith(order.approvedRevision())) {
            state = State.ENDED;
            throw new ProblemReply(
                    409,
                    "revision-mismatch",
                    "The working copy is at " + reported + "; approved is " + order.approvedRevision() + ".");
        }
        state = State.EXECUTING;
        return false;
    }

    ObjectNode heartbeat(@Nullable String token) throws ProblemReply {
        require(token);
        if (state != State.ACCEPTED && state != State.EXECUTING) {
            throw wrongState("heartbeat");
        }
        endsIn(LEASE_SECONDS);
        ObjectNode pulse = EventChain.object().put("directive", cancelAsked ? "cancel" : "continue");
        if (cancelAsked) {
            pulse.put("grace_seconds", SELF_ABORT_SECONDS);
        }
        pulse.set("lease", lease());
        return pulse;
    }

    void release(@Nullable String token) throws ProblemReply {
        require(token);
        if (state != State.ACCEPTED) {
            throw wrongState("release");
        }
        state = State.QUEUED;
    }

    int tell(@Nullable String token, JsonNode events) throws ProblemReply {
        require(token);
        for (JsonNode event : events) {
            int sequence = event.path("sequence").asInt(0);
            if (sequence > lastSequence + 1) {
                throw new ProblemReply(409, "sequence-gap", "Expected is " + (lastSequence + 1) + ".");
            }
            lastSequence = Math.max(lastSequence, sequence);
        }
        return lastSequence;
    }

    /** Whether the same bytes had been taken before. A lease that is over does not matter here. */
    boolean end(@Nullable String token, byte[] body, boolean alsoUnstarted) throws ProblemReply {
        sweep();
        requireNewest(token);
        if (result != null) {
            if (Arrays.equals(result, body)) {
                return true;
            }
            throw new ProblemReply(409, "result-conflict", "The run ended with another result.");
        }
        if (state != State.EXECUTING && state != State.LOST && !(alsoUnstarted && state == State.ACCEPTED)) {
            throw wrongState(alsoUnstarted ? "failed" : "completed");
        }
        result = body;
        state = State.ENDED;
        return false;
    }

    private void requireNewest(@Nullable String token) throws ProblemReply {
        if (token == null) {
            throw new ProblemReply(403, "lease-required", "Send the lease token as Alloy-Lease.");
        }
        Attempt attempt = byToken.get(token);
        if (attempt == null) {
            throw new ProblemReply(403, "lease-invalid", "The lease token does not belong to this run.");
        }
        if (attempt.number() != attempts.size()) {
            throw new ProblemReply(409, "lease-superseded", "Attempt " + attempt.number() + " is over.");
        }
    }

    private void require(@Nullable String token) throws ProblemReply {
        requireNewest(token);
        if (leaseProblem != null) {
            throw new ProblemReply(409, leaseProblem, "The lease of this attempt is over.");
        }
        boolean held = state == State.ACCEPTED || state == State.EXECUTING;
        if (held && System.nanoTime() - ends >= 0) {
            throw new ProblemReply(409, "lease-expired", "The lease of this attempt is over.");
        }
        sweep();
    }

    private ProblemReply wrongState(String call) {
        return new ProblemReply(
                409, "invalid-transition", "'" + call + "' is not possible: the run is " + state.wire() + ".");
    }
}
