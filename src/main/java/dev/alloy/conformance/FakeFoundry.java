package dev.alloy.conformance;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Foundry that behaves as foundryd 0.13.0 does, and breaks when it is told to. Speaks gRPC on a port of the loopback interface, reads a
 * registry, writes traces and the events log. What a chain does is a {@link Script} for each entry event.
 *
 * <p>It keeps the daemon's habits: an unknown throttle is full, the same event emitted twice runs twice, {@code workflow_id} is
 * empty, a trace is found only when its chain has ended, Watch repeats nothing. Source: foundry.md.
 */
public final class FakeFoundry implements AutoCloseable {

    private final FoundryHome home;
    private final FakeFoundryFiles files;
    private final FoundryFaults faults = new FoundryFaults();
    private final FoundryChains chains;
    private FakeFoundryState memory;
    private @Nullable FakeFoundryRpc rpc;
    private @Nullable Server server;
    private int port;

    private FakeFoundry(Path directory) {
        home = new FoundryHome(directory);
        files = new FakeFoundryFiles(home);
        chains = new FoundryChains(files, faults);
        memory = new FakeFoundryState(home.projects());
        chains.script("greet_requested", Scripts.greeting());
        chains.script("validation_requested", Scripts.validation());
        chains.script("iteration_requested", Scripts.iteration((path, round) -> {}));
    }

    /** One that keeps its registry and its files in this directory; it has to be {@link #start started}. */
    public static FakeFoundry in(Path directory) {
        return new FakeFoundry(directory);
    }

    /**
     * Adds a project to the registry file. A running daemon does not read it again until it is {@link #restart started again}.
     */
    public FakeFoundry project(String name, Path path, String branch) {
        home.register(name, path, branch);
        return this;
    }

    /** What chains of this entry event do from now on. */
    public FakeFoundry script(String entryEvent, Script script) {
        chains.script(entryEvent, script);
        return this;
    }

    /** Reads the registry and listens. */
    public synchronized FakeFoundry start() {
        memory = new FakeFoundryState(home.projects());
        rpc = new FakeFoundryRpc(chains, memory, files, faults);
        listen();
        return this;
    }

    private void listen() {
        try {
            server = NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                            InsecureServerCredentials.create())
                    .addService(Objects.requireNonNull(rpc))
                    .build()
                    .start();
            port = server.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The daemon dies in the middle of what it does: no listener, no trace of what was in flight. Files stay. */
    public synchronized void crash() {
        memory.die();
        refuseConnections();
    }

    /** Starts a daemon again on the same port. It remembers nothing but what is in its files. */
    public synchronized FakeFoundry restart() {
        crash();
        return start();
    }

    /** Nobody is listening; what runs goes on. */
    public synchronized void refuseConnections() {
        Server listening = server;
        server = null;
        if (listening != null) {
            listening.shutdownNow();
            try {
                listening.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Listens again, after {@link #refuseConnections}. */
    public synchronized void acceptConnections() {
        if (server == null) {
            listen();
        }
    }

    /** All streams of Watch break off. */
    public synchronized void breakWatches() {
        if (rpc != null) {
            rpc.breakWatches();
        }
    }

    /** Its port, from the first start on. */
    public synchronized int port() {
        return port;
    }

    /** Host and port. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** The registry file. */
    public Path registry() {
        return home.registry();
    }

    /** Directory of the traces. */
    public Path traces() {
        return home.traces();
    }

    /** Directory of the events log. */
    public Path events() {
        return home.events();
    }

    /** Where it can be made to wait and to fail. */
    public FoundryFaults faults() {
        return faults;
    }

    /** All calls of Emit since the beginning, of all daemons. */
    public List<EmitCall> emits() {
        return chains.emits();
    }

    /** Waits until there were so many calls of Emit; false when they did not come in time. */
    public boolean awaitEmits(int count, Duration patience) throws InterruptedException {
        return chains.awaitEmits(count, patience.toNanos());
    }

    /** What scripts failed with. */
    public List<Throwable> failures() {
        return chains.failures();
    }

    @Override
    public synchronized void close() {
        crash();
    }
}
