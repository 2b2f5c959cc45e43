package dev.alloy.outcome.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.outcome.Interpretation;
import dev.alloy.outcome.InterpretationMarkdown;
import dev.alloy.outcome.Interpretations;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Reports of runs, for people. */
@Tag(name = "Outcome")
@RestController
class ReportController {

    private static final String ID = "getRunReport";
    private static final String SUMMARY =
            "Report what Foundry did, why, for which intent, what was proved and what needs a person";

    private final Interpretations interpretations;

    ReportController(Interpretations interpretations) {
        this.interpretations = interpretations;
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = ID, summary = SUMMARY)
    @GetMapping(path = "/api/run-requests/{id}/report", produces = MediaType.APPLICATION_JSON_VALUE)
    Interpretation report(Caller caller, @PathVariable String id) {
        return interpretations.of(caller, id);
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = ID, summary = SUMMARY)
    @GetMapping(path = "/api/run-requests/{id}/report", produces = "text/markdown;charset=UTF-8")
    byte[] markdown(Caller caller, @PathVariable String id) {
        return InterpretationMarkdown.of(interpretations.of(caller, id)).getBytes(StandardCharsets.UTF_8);
    }
}
