package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Patience;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells the server what is going on, in order. It is told as far as it can be and never waited for: the result is what counts. What
 * happened says nothing of what is in it, since payloads may hold anything.
 */
final class Progress {

    private static final int MOST = 200;

    /** No attempt has so many: the server answers with the number that is next. */
    private static final long UNKNOWN = 990_000;

    private final RunHandle run;
    private final Clock clock;
    private final BlockingQueue<ObjectNode> waiting = new LinkedBlockingQueue<>(10_000);
    private long next;

    /** One of Foundry's events. */
    record Seen(String eventId, String type) {}

    /**
     * @param resumed whether an earlier process may have told something already
     */
    Progress(RunHandle run, Clock clock, boolean resumed) {
        this.run = run;
        this.clock = clock;
        this.next = resumed ? UNKNOWN : 1;
    }

    /** One of Foundry's events was seen. */
    void seen(Seen event) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("event_id", event.eventId());
        note("foundry." + event.type(), payload);
    }

    /** Something happened here. */
    void note(String type, ObjectNode payload) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("type", type).put("occurred_at", clock.instant().toString());
        event.set("payload", payload);
        waiting.offer(event);
    }

    /** Tells what has come up since; called by the thread that follows the run. */
    void tell() {
        List<ObjectNode> batch = new ArrayList<>();
        waiting.drainTo(batch, MOST);
        if (batch.isEmpty()) {
            return;
        }
        try {
            send(batch);
        } catch (RequestRejected e) {
            long expected = e.answer().json().path("expected").asLong(0);
            if (e.problem().equals("sequence-gap") && expected > 0) {
                next = expected;
                again(batch);
            }
        } catch (NoResponse e) {
            batch.forEach(waiting::offer);
        } catch (BridgeStopped e) {
            // Whether the key is still good is seen by who renews the lease.
            batch.clear();
        }
    }

    private void again(List<ObjectNode> batch) {
        try {
            send(batch);
        } catch (RequestRejected | NoResponse e) {
            // It is progress only; what counts is in the result.
            batch.clear();
        }
    }

    private void send(List<ObjectNode> batch) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode events = body.putArray("events");
        long sequence = next;
        for (ObjectNode event : batch) {
            events.add(event.deepCopy().put("sequence", sequence++));
        }
        run.tell(body, Patience.of(1));
        next = sequence;
    }
}
