package dev.alloy.conformance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** What a daemon knows until it dies: chains in flight, traces of those that ended, who watches, and the registry as it was read. */
final class FakeFoundryState {

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final Map<String, FoundryHome.Project> projects;
    private final ConcurrentMap<String, FoundryEvent> inFlight = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, JsonNode> ended = new ConcurrentHashMap<>();
    private final List<Consumer<FoundryEvent>> watchers = new CopyOnWriteArrayList<>();
    private final ExecutorService chains = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "foundry-chain-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean dead;

    FakeFoundryState(Map<String, FoundryHome.Project> projects) {
        this.projects = projects;
    }

    /** Thrown where a chain goes on in a daemon that has died. */
    static final class Died extends RuntimeException {

        private static final long serialVersionUID = 1;

        Died() {
            super("The daemon died under this chain.");
        }
    }

    Optional<FoundryHome.Project> project(String name) {
        return Optional.ofNullable(projects.get(name));
    }

    void begin(FoundryEvent root, Runnable chain) {
        inFlight.put(root.id(), root);
        chains.execute(() -> {
            try {
                chain.run();
            } finally {
                inFlight.remove(root.id());
            }
        });
    }

    void end(String rootId, JsonNode trace) {
        ended.put(rootId, trace);
    }

    List<FoundryEvent> inFlight() {
        return List.copyOf(inFlight.values());
    }

    Optional<JsonNode> trace(String rootId) {
        return Optional.ofNullable(ended.get(rootId));
    }

    void watch(Consumer<FoundryEvent> watcher) {
        watchers.add(watcher);
    }

    void stopWatching(Consumer<FoundryEvent> watcher) {
        watchers.remove(watcher);
    }

    void tell(FoundryEvent event) {
        watchers.forEach(watcher -> watcher.accept(event));
    }

    void requireAlive() {
        if (dead) {
            throw new Died();
        }
    }

    void die() {
        dead = true;
        chains.shutdownNow();
    }
}
