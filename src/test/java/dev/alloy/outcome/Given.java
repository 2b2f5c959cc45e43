package dev.alloy.outcome;

import dev.alloy.compilation.Approval;
import dev.alloy.compilation.DriftPolicy;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.contract.JsonDocument;
import dev.alloy.outcome.ReportedResult.Gate;
import dev.alloy.run.RunRequest;
import dev.alloy.testing.World;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the rules of this package are asked about. */
final class Given {

    static final Instant NOON = Instant.parse("2026-06-06T12:00:00Z");
    static final String DIGEST = "sha256:" + "a".repeat(64);

    private Given() {}

    /** The worked example's result, of the run below, claiming this. */
    static ObjectNode result(String status) {
        ObjectNode result = World.example("run-result");
        result.put("run_request_id", "runreq_1");
        result.put("brief_id", "brief_1");
        result.put("brief_digest", DIGEST);
        result.put("project_id", "checkout");
        result.put("status", status);
        return result;
    }

    static ReportedResult reported(ObjectNode document) {
        return new ReportedResult(new JsonDocument(new byte[0], document));
    }

    /** A gate that the repository says is required. */
    static Gate gate(String name, String phase, String status) {
        return new Gate(name, phase, status, true);
    }

    /** A run that was requested as the worked example is. */
    static RunRequest run() {
        return new RunRequest() {
            @Override
            public String id() {
                return "runreq_1";
            }

            @Override
            public String organizationId() {
                return "acme";
            }

            @Override
            public String projectId() {
                return "checkout";
            }

            @Override
            public String formationBriefId() {
                return "brief_1";
            }

            @Override
            public String briefDigest() {
                return DIGEST;
            }

            @Override
            public String throttle() {
                return "dry_run";
            }

            @Override
            public String entryEvent() {
                return "iteration_requested";
            }
        };
    }

    static Approval approval(String revision, DriftPolicy drift) {
        return new Approval() {
            @Override
            public String repoRevision() {
                return revision;
            }

            @Override
            public DriftPolicy driftPolicy() {
                return drift;
            }
        };
    }

    static EvidenceDefinition definition(boolean required, @Nullable String gate) {
        return new EvidenceDefinition() {
            @Override
            public String id() {
                return "evidence_1";
            }

            @Override
            public boolean required() {
                return required;
            }

            @Override
            public @Nullable String gate() {
                return gate;
            }
        };
    }

    /** What an observer said, so many minutes after noon. */
    static EvidenceObservation observation(String by, String status, int minutes) {
        var seen = new EvidenceObservation.Seen("evidence_1", status, by, "[]", null, NOON.plusSeconds(60L * minutes));
        return new EvidenceObservation("obs_" + by + minutes, run(), seen, NOON);
    }

    static GateOutcomes outcomes(Gate... gates) {
        return new GateOutcomes(List.of(gates), "iteration_requested");
    }
}
