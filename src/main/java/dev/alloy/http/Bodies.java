package dev.alloy.http;

import dev.alloy.contract.DocumentSchemas;
import dev.alloy.contract.Finding;
import dev.alloy.contract.UnreadableJson;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Refuses bodies that break their schema, with every finding at once. */
public final class Bodies {

    /** A body of nothing but mistakes must not be answered with ten times its size. */
    private static final int SHOWN = 100;

    private Bodies() {}

    /** Refuses with {@code invalid-body}, or {@code unsupported-schema-version}, unless the document fits the schema. */
    public static void validate(String schema, JsonNode document) {
        validate(schema, document, "");
    }

    /**
     * The same for a document inside a body.
     *
     * @param at JSON Pointer to the document in the body
     */
    public static void validate(String schema, JsonNode document, String at) {
        List<Finding> findings = DocumentSchemas.validate(schema, document).stream()
                .map(finding -> new Finding(at + finding.pointer(), finding.code(), finding.detail()))
                .toList();
        if (findings.stream().anyMatch(Bodies::isVersion)) {
            throw ProblemType.UNSUPPORTED_SCHEMA_VERSION
                    .because("This service does not read the document's schema_version.")
                    .with("supported", DocumentSchemas.versionsReadBy(schema))
                    .with(findings);
        }
        if (!findings.isEmpty()) {
            throw refusal(findings);
        }
    }

    /** The refusal of a body for these findings. */
    public static ProblemException refusal(List<Finding> findings) {
        String count = findings.size() == 1
                ? "One thing in the body is wrong."
                : findings.size() + " things in the body are wrong.";
        return findings.size() <= SHOWN
                ? ProblemType.INVALID_BODY.because(count).with(findings)
                : ProblemType.INVALID_BODY
                        .because(count + " The first " + SHOWN + " are listed.")
                        .with(findings.subList(0, SHOWN));
    }

    /** The refusal of a body for one finding. */
    public static ProblemException refusal(String pointer, String code, String detail) {
        return refusal(List.of(new Finding(pointer, code, detail)));
    }

    /** The refusal of a body that is not JSON as it is read here. */
    public static ProblemException unreadable(UnreadableJson e) {
        boolean limit = e.why() == UnreadableJson.Cause.LIMIT_EXCEEDED;
        return (limit ? ProblemType.JSON_LIMIT_EXCEEDED : ProblemType.MALFORMED_JSON)
                .because(String.valueOf(e.getMessage()))
                .at(e.pointer(), limit ? "limit-exceeded" : "unreadable", String.valueOf(e.getMessage()));
    }

    private static boolean isVersion(Finding finding) {
        return finding.code().equals("unknown-value") && finding.pointer().endsWith("/schema_version");
    }
}
