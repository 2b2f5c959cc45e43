package dev.alloy.demo;

import static dev.alloy.demo.DemoApi.text;

import dev.alloy.contract.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A runner inside this process. Brings one run to its end from whatever state it is in, asking the server for the state before
 * each move and writing to the journal what the server would not say twice. Source: dispatch.md, “Runner protocol”.
 */
final class DemoRunner {

    private static final String ENTRY = "attempt";
    private static final int MOST_MOVES = 10;
    private static final int WAIT_SECONDS = 20;

    /** The state has changed beneath us; ask the server again. */
    private static final Set<String> STALE =
            Set.of("lease-expired", "lease-superseded", "invalid-transition", "not-offered");

    private final DemoApi api;
    private final String runnerId;
    private final DemoJournal journal;
    private final DemoFoundry foundry = new DemoFoundry();

    /**
     * @param api with the runner's key
     */
    DemoRunner(DemoApi api, String runnerId, DemoJournal journal) {
        this.api = api;
        this.runnerId = runnerId;
        this.journal = journal;
    }

    /**
     * Brings the run to its end.
     *
     * @param state reads the run as a person sees it
     * @return the run in a terminal state
     */
    JsonNode bringToEnd(Supplier<JsonNode> state) {
        for (int move = 0; move < MOST_MOVES; move++) {
            JsonNode run = state.get();
            switch (text(run, "status")) {
                case "completed", "completed_with_findings", "failed", "cancelled" -> {
                    return run;
                }
                case "queued", "offered" -> tolerant(() -> takeOffer(run));
                case "accepted" -> tolerant(() -> start(journaled(run)));
                case "executing" -> tolerant(() -> report(journaled(run)));
                default -> throw stopped(run, "is '" + text(run, "status") + "', which this runner cannot end");
            }
        }
        throw stopped(state.get(), "is still '" + text(state.get(), "status") + "' after " + MOST_MOVES + " moves");
    }

    private static void tolerant(Runnable move) {
        try {
            move.run();
        } catch (UnexpectedAnswer e) {
            if (e.status() != 409 || !STALE.contains(e.problem())) {
                throw e;
            }
        }
    }

    private static DemoStopped stopped(JsonNode run, String because) {
        return new DemoStopped("the run " + text(run, "id") + " " + because + ". See GET /api/run-requests/"
                + text(run, "id") + "/dispatch-explanation.");
    }

    private void takeOffer(JsonNode run) {
        Optional<JsonNode> offer =
                api.find("/api/runners/" + runnerId + "/run-requests/next?wait_seconds=" + WAIT_SECONDS);
        if (offer.isEmpty()) {
            return;
        }
        JsonNode request = offer.get().path("execution_request");
        if (!text(request, "request_id").equals(text(run, "id"))) {
            throw stopped(run, "waits behind " + text(request, "request_id") + ", which is not the demo's");
        }
        ObjectNode attempt = JsonNodeFactory.instance.objectNode();
        attempt.put("run_request_id", text(run, "id"));
        attempt.put("attempt", request.path("attempt").asInt());
        attempt.put("claim", UUID.randomUUID().toString());
        attempt.set("execution_request", request);
        journal.write(ENTRY, attempt);
        start(attempt);
    }

    /** Until the run starts, the same claim gets the same attempt again, with fresh tokens. */
    private void accept(ObjectNode attempt) {
        ObjectNode claim = JsonNodeFactory.instance.objectNode().put("claim", text(attempt, "claim"));
        JsonNode accepted = api.post(path(attempt, "accepted"), claim);
        attempt.put("attempt", accepted.path("attempt").asInt());
        attempt.put("lease_token", text(accepted, "lease_token"));
        journal.write(ENTRY, attempt);
    }

    private void start(ObjectNode attempt) {
        if (text(attempt, "lease_token").isEmpty()) {
            accept(attempt);
        }
        JsonNode request = attempt.path("execution_request");
        List<Artifact> artifacts;
        try {
            artifacts = fetch(request);
        } catch (ArtifactRefused e) {
            fail(attempt, e);
            return;
        }
        ObjectNode marker = JsonNodeFactory.instance
                .objectNode()
                .put("repo_revision_before", text(request.path("repo"), "revision"));
        try {
            api.post(path(attempt, "started"), marker, text(attempt, "lease_token"));
        } catch (UnexpectedAnswer e) {
            if (e.problem().equals("lease-expired")) {
                // Nothing has run: accepting again renews the lease, unless the run was taken back meanwhile.
                attempt.remove("lease_token");
                journal.write(ENTRY, attempt);
            }
            throw e;
        }
        complete(attempt, artifacts);
    }

    private void report(ObjectNode attempt) {
        // Simulating once more is harmless: nothing was touched the first time either. A runner of a real Foundry that
        // finds no
        // result in its journal must ask Foundry what became of it.
        complete(attempt, attempt.has("result") ? List.of() : fetch(attempt.path("execution_request")));
    }

    private void complete(ObjectNode attempt, List<Artifact> artifacts) {
        String lease = text(attempt, "lease_token");
        if (!attempt.has("result")) {
            JsonNode heartbeat = heartbeat(attempt);
            ObjectNode result = foundry.execute(
                    attempt.path("execution_request"),
                    documents(artifacts, "formation_brief").get(0),
                    documents(artifacts, "gate_overlay"),
                    timeOf(heartbeat));
            if (text(heartbeat, "directive").equals("cancel")) {
                result.put("status", "cancelled");
            }
            // What was sent once must be sent again byte for byte, so it is on the disk first.
            attempt.set("result", result);
            journal.write(ENTRY, attempt);
        }
        api.post(path(attempt, "completed"), attempt.path("result"), lease);
    }

    private void fail(ObjectNode attempt, ArtifactRefused refusal) {
        ObjectNode result = foundry.execute(
                attempt.path("execution_request"),
                JsonNodeFactory.instance.objectNode(),
                List.of(),
                timeOf(heartbeat(attempt)));
        result.remove(List.of("foundry_run_id", "summary", "changes", "retry_count"));
        result.put("status", "failed");
        result.putObject("error")
                .put("category", "safety")
                .put("code", "artifact-digest-mismatch")
                .put("message", refusal.getMessage());
        api.post(path(attempt, "failed"), result, text(attempt, "lease_token"));
    }

    /** A result is taken although the lease has ended, so its end is no reason to stop here. */
    private JsonNode heartbeat(ObjectNode attempt) {
        try {
            return api.post(
                    path(attempt, "heartbeat"), JsonNodeFactory.instance.objectNode(), text(attempt, "lease_token"));
        } catch (UnexpectedAnswer e) {
            if (e.problem().equals("lease-expired")) {
                return JsonNodeFactory.instance.missingNode();
            }
            throw e;
        }
    }

    /** The server's clock judges leases and orders what happened, so it is the one to go by. */
    private Instant timeOf(JsonNode heartbeat) {
        JsonNode lease = heartbeat.path("lease");
        return lease.isMissingNode()
                ? api.now()
                : Instant.parse(text(lease, "expires_at"))
                        .minusSeconds(lease.path("seconds").asLong());
    }

    /** The attempt as it was written down; without it nobody here holds the run's lease. */
    private ObjectNode journaled(JsonNode run) {
        return journal.find(ENTRY)
                .filter(entry -> text(entry, "run_request_id").equals(text(run, "id")))
                .filter(entry ->
                        entry.path("attempt").asInt() == run.path("attempts").asInt())
                .orElseThrow(() ->
                        stopped(run, "is '" + text(run, "status") + "', but its lease was lost with the journal"));
    }

    private static String path(JsonNode attempt, String call) {
        return "/api/run-requests/" + text(attempt, "run_request_id") + "/" + call;
    }

    private record Artifact(String kind, byte[] bytes) {}

    private static final class ArtifactRefused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ArtifactRefused(String message) {
            super(message);
        }
    }

    private List<Artifact> fetch(JsonNode request) {
        List<Artifact> artifacts = new ArrayList<>();
        for (JsonNode wanted : request.path("artifacts")) {
            byte[] bytes = api.download(local(text(wanted, "href")));
            String digest = Digest.of(bytes);
            if (!digest.equals(text(wanted, "digest"))) {
                throw new ArtifactRefused(text(wanted, "kind") + " " + text(wanted, "id") + " hashes to " + digest
                        + ", not to " + text(wanted, "digest") + ".");
            }
            artifacts.add(new Artifact(text(wanted, "kind"), bytes));
        }
        return artifacts;
    }

    /** Links begin with the address for others, which need not be reachable from here. */
    private static String local(String href) {
        return href.substring(href.indexOf("/api/"));
    }

    private static List<JsonNode> documents(List<Artifact> artifacts, String kind) {
        return artifacts.stream()
                .filter(artifact -> artifact.kind().equals(kind))
                .map(artifact -> JsonMapper.shared().readTree(artifact.bytes()))
                .toList();
    }
}
