package dev.alloy.conformance;

import dev.alloy.bridge.wire.EmitRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Plays what was emitted, and remembers every call, also beyond the death of a daemon. */
final class FoundryChains {

    private final FakeFoundryFiles files;
    private final FoundryFaults faults;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<EmitCall> emits = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    FoundryChains(FakeFoundryFiles files, FoundryFaults faults) {
        this.files = files;
        this.faults = faults;
    }

    void script(String entryEvent, Script script) {
        scripts.put(entryEvent, script);
    }

    synchronized void record(EmitRequest request) {
        emits.add(new EmitCall(
                request.getEventType(),
                request.getProject(),
                request.getThrottleValue(),
                request.getPayloadJson(),
                request.getTraceId(),
                System.nanoTime()));
        notifyAll();
    }

    synchronized List<EmitCall> emits() {
        return List.copyOf(emits);
    }

    synchronized boolean awaitEmits(int count, long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        while (emits.size() < count) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    synchronized List<Throwable> failures() {
        return List.copyOf(failures);
    }

    private synchronized void failed(Throwable failure) {
        failures.add(failure);
    }

    void begin(FoundryEvent root, FakeFoundryState memory) {
        memory.begin(root, () -> play(root, memory));
    }

    private void play(FoundryEvent root, FakeFoundryState memory) {
        try {
            EventChain chain = new EventChain(
                    root,
                    memory.project(root.project()).orElse(null),
                    event -> {
                        memory.requireAlive();
                        files.append(event);
                        memory.tell(event);
                    },
                    block -> {
                        faults.pass(block);
                        memory.requireAlive();
                    });
            // A chain that nothing listens to ends at once, and is a success.
            scripts.getOrDefault(root.type(), nothing -> {}).play(chain);
            memory.requireAlive();
            files.write(root.id(), chain.trace());
            memory.end(root.id(), chain.trace());
        } catch (FakeFoundryState.Died e) {
            // What a dead daemon would have done next, nobody sees.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }
}
