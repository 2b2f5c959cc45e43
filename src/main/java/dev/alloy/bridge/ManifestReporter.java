package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Self;
import dev.alloy.contract.Digest;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Reports the manifest of the installations that the runner serves: at the start, and when it changes. */
final class ManifestReporter {

    private static final long BETWEEN = Duration.ofMinutes(1).toNanos();

    private final AlloyClient client;
    private final Self self;
    private final FoundryManifest manifest;
    private final Report report;
    private String reported = "";
    private boolean looked;
    private long lookedAt;

    ManifestReporter(AlloyClient client, Self self, FoundryManifest manifest, Report report) {
        this.client = client;
        this.self = self;
        this.manifest = manifest;
        this.report = report;
    }

    /** Looks whether it has changed, now and then, and reports it. */
    void report() {
        boolean recently = looked && System.nanoTime() - lookedAt < BETWEEN;
        if (recently || !manifest.isReported()) {
            return;
        }
        byte[] document = manifest.bytes();
        lookedAt = System.nanoTime();
        looked = true;
        String digest = Digest.of(document);
        if (digest.equals(reported)) {
            return;
        }
        if (manifest.version().isEmpty()) {
            report.say(
                    "Foundry's version is not known: name its command with --foundry-command, or state --foundry-version.");
        }
        boolean all = true;
        for (JsonNode installation : client.runner(self).path("installation_ids")) {
            all &= put(installation.asString(""), document);
        }
        // What was refused is tried again: a person may confirm the installation meanwhile.
        reported = all ? digest : "";
    }

    private boolean put(String installation, byte[] document) {
        try {
            client.report(installation, document);
            report.say("Reported what Foundry can do to " + installation + ".");
            return true;
        } catch (RequestRejected e) {
            report.say("The manifest of " + installation + " was not taken: " + e.message());
            return false;
        }
    }
}
