package dev.alloy.bench.service;

import dev.alloy.bench.service.Workload.Runner;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Clients that each ask for a run and, as a runner, bring one to its end, over and over. */
final class Load implements AutoCloseable {

    /** More than any machine has reached, so that the orders last. */
    private static final int MOST_PER_SECOND = 500;

    private final Workload workload;
    private final Cycle cycle;
    private final List<Runner> runners;
    private final List<Connection> connections;

    Load(Service service, int clients) {
        this.workload = new Workload(service.port());
        this.cycle = new Cycle(workload.project());
        this.runners = workload.runners(clients);
        this.connections = IntStream.range(0, clients)
                .mapToObj(i -> new Connection(service.port()))
                .toList();
    }

    /** Makes the orders for so long, so that this does not fall into what is measured. */
    void prepare(Duration duration) {
        workload.ensure((int) duration.toSeconds() * MOST_PER_SECOND);
    }

    /** Runs cycles for so long; answers how many a second. */
    double cycles(Duration duration) throws InterruptedException {
        return cycles(duration, connections.size(), new CallTimes());
    }

    /** The same with some of the clients, each call timed. */
    double cycles(Duration duration, int clients, CallTimes times) throws InterruptedException {
        prepare(duration);
        return Clients.perSecond(
                clients,
                duration,
                client -> cycle.whole(connections.get(client), runners.get(client), workload.next(), times));
    }

    /** Only asks for runs, for so long; answers how many a second. */
    double creates(Duration duration) throws InterruptedException {
        prepare(duration);
        return Clients.perSecond(
                connections.size(), duration, client -> cycle.create(connections.get(client), workload.next()));
    }

    Workload workload() {
        return workload;
    }

    Cycle cycle() {
        return cycle;
    }

    @Override
    public void close() {
        connections.forEach(Connection::close);
    }
}
