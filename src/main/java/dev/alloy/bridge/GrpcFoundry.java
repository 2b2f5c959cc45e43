package dev.alloy.bridge;

import dev.alloy.bridge.wire.EmitRequest;
import dev.alloy.bridge.wire.FoundryGrpc;
import dev.alloy.bridge.wire.StatusRequest;
import dev.alloy.bridge.wire.Throttle;
import dev.alloy.bridge.wire.TraceRequest;
import dev.alloy.bridge.wire.TraceResponse;
import dev.alloy.bridge.wire.WatchRequest;
import dev.alloy.bridge.wire.WatchResponse;
import dev.alloy.bridge.wire.WorkflowStatus;
import dev.alloy.contract.foundry.UnreadableTrace;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** foundryd, over its own protocol. It is the only way that tells Foundry a trace id, so what happened can be found again. */
final class GrpcFoundry implements Foundry {

    private static final int LARGEST_MESSAGE = 256 << 20;
    private static final long PATIENCE_SECONDS = 20;
    private static final int TRIES = 20;
    private static final Duration BETWEEN = Duration.ofMillis(250);

    private final String address;
    private final FoundryFiles files;
    private final ManagedChannel channel;

    /**
     * @param address host and port of foundryd
     */
    GrpcFoundry(String address, FoundryFiles files) {
        this.address = address;
        this.files = files;
        // Foundry does not notice that it is told something twice: nothing may be sent again behind our back.
        this.channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                .disableRetry()
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .build();
    }

    private FoundryGrpc.FoundryBlockingStub foundry() {
        return FoundryGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public String mode() {
        return "grpc";
    }

    @Override
    public boolean worksInACopy() {
        return true;
    }

    @Override
    public void requireReachable() {
        inFlight("");
    }

    private List<WorkflowStatus> inFlight(String rootEvent) {
        try {
            return foundry()
                    .status(StatusRequest.newBuilder().setWorkflowId(rootEvent).build())
                    .getWorkflowsList();
        } catch (StatusRuntimeException e) {
            throw new BridgeStopped(
                    ExitCode.FOUNDRY,
                    "foundryd does not answer at " + address + ": " + reason(e),
                    "Start foundryd, or name its address with --foundry.");
        }
    }

    @Override
    public boolean isBusyWith(String project) {
        return inFlight("").stream()
                .anyMatch(flow ->
                        flow.getProject().equals(project) || flow.getProject().equals("system"));
    }

    @Override
    public String emit(EmitCommand emission) throws NotEmitted, EmitUnclear {
        EmitRequest request = EmitRequest.newBuilder()
                .setEventType(emission.entryEvent())
                .setProject(emission.project())
                .setThrottle(throttle(emission))
                .setPayloadJson(emission.payload())
                .setTraceId(emission.traceId())
                .build();
        try {
            String event = foundry().emit(request).getEventId();
            if (!FoundryFiles.isEventId(event)) {
                throw new EmitUnclear("Foundry answered without an event id");
            }
            return event;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT
                    || e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                throw new NotEmitted(reason(e), true);
            }
            if (isNotConnected(e)) {
                throw new NotEmitted(reason(e), false);
            }
            throw new EmitUnclear(reason(e));
        }
    }

    /** The zero value is the most powerful one, so each is named here and none is left out. */
    private static Throttle throttle(EmitCommand emission) {
        return switch (emission.throttle()) {
            case DRY_RUN -> Throttle.THROTTLE_DRY_RUN;
            case AUDIT_ONLY -> Throttle.THROTTLE_AUDIT_ONLY;
            case FULL -> Throttle.THROTTLE_FULL;
        };
    }

    /** Nothing listens there: no byte of the call has left. */
    private static boolean isNotConnected(StatusRuntimeException e) {
        return e.getStatus().getCode() == Status.Code.UNAVAILABLE
                && e.getStatus().getCause() instanceof ConnectException;
    }

    private static String reason(StatusRuntimeException e) {
        Throwable cause = e.getStatus().getCause();
        return e.getStatus().getCode()
                + (e.getStatus().getDescription() == null
                        ? ""
                        : " " + e.getStatus().getDescription())
                + (cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")");
    }

    @Override
    public Optional<String> find(EmitCommand emission) {
        Optional<String> flying = inFlight("").stream()
                .filter(flow -> flow.getTraceId().equals(emission.traceId()))
                .map(WorkflowStatus::getWorkflowId)
                .findFirst();
        // The trace id is this attempt's alone, whatever the clocks say.
        return flying.isPresent()
                ? flying
                : files.root(event -> event.path("trace_id").asString("").equals(emission.traceId()), Instant.EPOCH);
    }

    @Override
    public Standing standing(EmitCommand emission, String rootEvent) {
        try {
            if (!inFlight(rootEvent).isEmpty()) {
                return Standing.RUNNING;
            }
            return isTraced(rootEvent) ? Standing.ENDED : Standing.NOWHERE;
        } catch (StatusRuntimeException | BridgeStopped e) {
            return files.trace(rootEvent).isPresent() ? Standing.ENDED : Standing.UNREACHABLE;
        }
    }

    private boolean isTraced(String rootEvent) {
        try {
            return trace(rootEvent).getFound();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                // It is there, and larger than a message may be.
                return true;
            }
            throw e;
        }
    }

    private TraceResponse trace(String rootEvent) {
        return foundry().trace(TraceRequest.newBuilder().setEventId(rootEvent).build());
    }

    /** The file says more than the protocol does, but it is not written at once. */
    @Override
    public FoundryOutcome outcome(EmitCommand emission, String rootEvent) {
        String why = "its file is not in Foundry's directory of traces";
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<Path> file = files.trace(rootEvent);
            if (file.isEmpty()) {
                break;
            }
            try {
                return own(
                        emission,
                        FoundryOutcome.of(
                                rootEvent,
                                FoundryFiles.summary(file.get()),
                                file.get(),
                                FoundryOutcome.PROCESS_RESULT));
            } catch (IOException | UnreadableTrace e) {
                why = String.valueOf(e.getMessage());
                Pause.of(BETWEEN);
            }
        }
        try {
            TraceResponse trace = trace(rootEvent);
            if (trace.getFound() && trace.getEventsCount() > 0) {
                return own(
                        emission, FoundryOutcome.of(rootEvent, WireTrace.summary(trace), null, FoundryOutcome.SUMMARY));
            }
        } catch (StatusRuntimeException e) {
            why += "; " + reason(e);
        }
        return FoundryOutcome.unread(rootEvent, why);
    }

    /** Foundry puts the caller's trace id on every event, so another one is of another run. */
    private static FoundryOutcome own(EmitCommand emission, FoundryOutcome outcome) {
        String traceId = outcome.summary() == null
                ? ""
                : outcome.summary().path("correlation").path("trace_id").asString("");
        return traceId.equals(emission.traceId())
                ? outcome
                : FoundryOutcome.unread(
                        String.valueOf(outcome.foundryRunId()), "it carries another trace id than this attempt's");
    }

    @Override
    public AutoCloseable watch(EmitCommand emission, Consumer<Progress.Seen> listener) {
        CancellableContext context = Context.current().withCancellation();
        context.run(() -> FoundryGrpc.newStub(channel)
                .watch(
                        WatchRequest.newBuilder().setProject(emission.project()).build(),
                        new StreamObserver<WatchResponse>() {
                            @Override
                            public void onNext(WatchResponse event) {
                                if (event.getTraceId().equals(emission.traceId())) {
                                    listener.accept(new Progress.Seen(event.getEventId(), event.getEventType()));
                                }
                            }

                            @Override
                            public void onError(Throwable failed) {
                                // Progress only: the end is seen elsewhere.
                            }

                            @Override
                            public void onCompleted() {
                                // As above.
                            }
                        }));
        return () -> context.cancel(null);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
