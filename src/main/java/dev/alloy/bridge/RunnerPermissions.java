package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Self;
import tools.jackson.databind.JsonNode;

/** Asks the server what this runner may do. It asks each time: trust is revoked as easily as it is given. */
final class RunnerPermissions {

    private final AlloyClient client;
    private final Self self;

    RunnerPermissions(AlloyClient client, Self self) {
        this.client = client;
        this.self = self;
    }

    /** Whether the server trusts this runner with the project. */
    boolean isTrustedWith(String project) {
        JsonNode trusted = client.runner(self).path("trusted_projects");
        return trusted.valueStream().anyMatch(one -> one.asString("").equals(project));
    }
}
