package dev.alloy.conformance;

import dev.alloy.bridge.wire.EmitRequest;
import dev.alloy.bridge.wire.EmitResponse;
import dev.alloy.bridge.wire.FoundryGrpc;
import dev.alloy.bridge.wire.StatusRequest;
import dev.alloy.bridge.wire.StatusResponse;
import dev.alloy.bridge.wire.TraceRequest;
import dev.alloy.bridge.wire.TraceResponse;
import dev.alloy.bridge.wire.WatchRequest;
import dev.alloy.bridge.wire.WatchResponse;
import dev.alloy.bridge.wire.WorkflowStatus;
import dev.alloy.conformance.FoundryFaults.EmitFault;
import dev.alloy.conformance.FoundryFaults.TraceFault;
import dev.alloy.contract.foundry.EventIds;
import dev.alloy.contract.foundry.Throttle;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Foundry's four calls, with the leniency of the real daemon. Source: foundry.md, “gRPC”. */
final class FakeFoundryRpc extends FoundryGrpc.FoundryImplBase {

    private static final int MORE_THAN_CLIENTS_TAKE = 5 << 20;

    private final FoundryChains chains;
    private final FakeFoundryState memory;
    private final FakeFoundryFiles files;
    private final FoundryFaults faults;
    private final List<ServerCallStreamObserver<WatchResponse>> streams = new CopyOnWriteArrayList<>();

    FakeFoundryRpc(FoundryChains chains, FakeFoundryState memory, FakeFoundryFiles files, FoundryFaults faults) {
        this.chains = chains;
        this.memory = memory;
        this.files = files;
        this.faults = faults;
    }

    @Override
    public void emit(EmitRequest request, StreamObserver<EmitResponse> answer) {
        chains.record(request);
        EmitFault fault = faults.takeEmitFault();
        if (fault == EmitFault.REFUSED) {
            answer.onError(Status.UNAVAILABLE.asRuntimeException());
            return;
        }
        if (!EventTypes.knows(request.getEventType())) {
            answer.onError(Status.INVALID_ARGUMENT
                    .withDescription("Matching variant not found")
                    .asRuntimeException());
            return;
        }
        JsonNode payload;
        try {
            payload = EventChain.payload(request.getPayloadJson());
        } catch (JacksonException e) {
            answer.onError(Status.INVALID_ARGUMENT
                    .withDescription("invalid payload JSON: " + e.getOriginalMessage())
                    .asRuntimeException());
            return;
        }
        FoundryEvent root = FoundryEvent.of(
                request.getEventType(),
                request.getProject(),
                WallClock.now(),
                throttle(request.getThrottleValue()),
                request.getTraceId().isEmpty() ? mint() : request.getTraceId(),
                payload);
        chains.begin(root, memory);
        if (fault == EmitFault.ANSWER_LOST) {
            answer.onError(Status.UNAVAILABLE.asRuntimeException());
            return;
        }
        answer.onNext(EmitResponse.newBuilder()
                .setEventId(fault == EmitFault.EMPTY_ID ? "" : root.id())
                .build());
        answer.onCompleted();
    }

    /** Everything that is not understood is full. */
    static Throttle throttle(int number) {
        return switch (number) {
            case 1 -> Throttle.AUDIT_ONLY;
            case 2 -> Throttle.DRY_RUN;
            default -> Throttle.FULL;
        };
    }

    private static String mint() {
        return "trc_" + UUID.randomUUID().toString().replace("-", "");
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> answer) {
        StatusResponse.Builder response = StatusResponse.newBuilder();
        memory.inFlight().stream()
                .filter(root -> request.getWorkflowId().isEmpty()
                        || request.getWorkflowId().equals(root.id()))
                .forEach(root -> response.addWorkflows(WorkflowStatus.newBuilder()
                        .setWorkflowId(root.id())
                        .setWorkflowType(root.type())
                        .setProject(root.project())
                        .setState("running")
                        .setStartedAt(GrpcTrace.withOffset(root.occurredAt()))
                        .setTraceId(root.traceId())));
        answer.onNext(response.build());
        answer.onCompleted();
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> answer) {
        var stream = (ServerCallStreamObserver<WatchResponse>) answer;
        Consumer<FoundryEvent> watcher = event -> pass(event, request.getProject(), stream);
        stream.setOnCancelHandler(() -> {
            memory.stopWatching(watcher);
            streams.remove(stream);
        });
        streams.add(stream);
        memory.watch(watcher);
    }

    private void pass(FoundryEvent event, String project, ServerCallStreamObserver<WatchResponse> stream) {
        boolean wanted = project.isEmpty() || project.equals(event.project());
        if (wanted && !faults.dropsWatchedEvents()) {
            // Chains run in threads of their own, and a stream takes one message at a time.
            synchronized (stream) {
                if (!stream.isCancelled()) {
                    stream.onNext(WatchResponse.newBuilder()
                            .setEventId(event.id())
                            .setEventType(event.type())
                            .setProject(event.project())
                            .setPayloadJson(EventIds.compact(event.payload()))
                            .setTraceId(event.traceId())
                            .build());
                }
            }
        }
    }

    void breakWatches() {
        streams.forEach(stream -> {
            synchronized (stream) {
                stream.onError(Status.UNAVAILABLE.asRuntimeException());
            }
        });
        streams.clear();
    }

    @Override
    public void trace(TraceRequest request, StreamObserver<TraceResponse> answer) {
        answer.onNext(traceOf(request.getEventId()));
        answer.onCompleted();
    }

    private TraceResponse traceOf(String rootId) {
        Optional<JsonNode> trace = memory.trace(rootId).or(() -> files.read(rootId));
        if (trace.isEmpty() || faults.isHidden(rootId)) {
            return TraceResponse.getDefaultInstance();
        }
        TraceFault fault = faults.traceFault();
        if (fault == TraceFault.WITHOUT_EVENTS) {
            return TraceResponse.newBuilder().setFound(true).build();
        }
        TraceResponse told = GrpcTrace.of(trace.get());
        return fault == TraceFault.HUGE
                ? told.toBuilder()
                        .addBlockExecutions(
                                told.getBlockExecutions(0).toBuilder().setRawOutput("=".repeat(MORE_THAN_CLIENTS_TAKE)))
                        .build()
                : told;
    }
}
