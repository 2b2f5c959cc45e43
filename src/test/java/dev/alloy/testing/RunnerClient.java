package dev.alloy.testing;

import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/**
 * A registered runner that speaks the runner protocol.
 *
 * @param id its id
 * @param api calls with its key
 */
public record RunnerClient(String id, Api api) {

    /**
     * What an accepted run gave.
     *
     * @param api calls with the runner's key and the lease token
     * @param path of the run
     * @param accepted what accepting answered
     */
    public record Lease(Api api, String path, JsonNode accepted) {

        /** The lease token. */
        public String token() {
            return accepted.path("lease_token").asString();
        }

        /** The callback token. */
        public String callbackToken() {
            return accepted.path("callback_token").asString();
        }

        /** Calls a step of the protocol: {@code started}, {@code completed} and so on. */
        public Api.Answer post(String step, String body) {
            return api.post(path + "/" + step, body);
        }

        /** Reports a document. */
        public Api.Answer post(String step, JsonNode body) {
            return post(step, body.toString());
        }

        /** Sets the mutation marker at the worked example's revision. */
        public Lease start() {
            post("started", "{\"repo_revision_before\":\"" + World.REVISION + "\"}")
                    .expect(200);
            return this;
        }
    }

    /** The path of a run. */
    public static String path(JsonNode run) {
        return "/api/run-requests/" + run.path("id").asString();
    }

    /** The same runner behind another address. */
    public RunnerClient at(int port) {
        return new RunnerClient(id, api.at(Api.on(port)));
    }

    private String next(String waitSeconds) {
        return "/api/runners/" + id + "/run-requests/next?wait_seconds=" + waitSeconds;
    }

    /** Polls without waiting. */
    public Api.Answer poll() {
        return poll("0");
    }

    /** Polls with this text as the wait. */
    public Api.Answer poll(String waitSeconds) {
        return api.get(next(waitSeconds));
    }

    /** Polls, and lets the server hold the answer back until there is a run. */
    public CompletableFuture<Api.Answer> pollLater() {
        return api.getLater(next("40"));
    }

    /** Polls for the run that is expected next; answers its execution request. */
    public JsonNode offered(JsonNode run) {
        JsonNode request = poll("10").expect(200).json().path("execution_request");
        if (!request.path("request_id").equals(run.path("id"))) {
            throw new AssertionError("Another run was offered: " + request);
        }
        return request;
    }

    /** Polls for a run and accepts it. */
    public Lease accept(JsonNode run) {
        offered(run);
        return acceptOffered(run, "{}");
    }

    /** Accepts a run that is offered to it. */
    public Lease acceptOffered(JsonNode run, String body) {
        JsonNode accepted = api.post(path(run) + "/accepted", body).expect(200).json();
        return new Lease(api.with("Alloy-Lease", accepted.path("lease_token").asString()), path(run), accepted);
    }

    /** Polls for a run, accepts it and sets the mutation marker. */
    public Lease start(JsonNode run) {
        return accept(run).start();
    }
}
