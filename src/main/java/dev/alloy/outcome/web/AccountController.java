package dev.alloy.outcome.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.http.Artifact;
import dev.alloy.http.QueryValue;
import dev.alloy.outcome.Accounts;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Accounts of runs. */
@Tag(name = "Outcome")
@RestController
class AccountController {

    private final Accounts accounts;

    AccountController(Accounts accounts) {
        this.accounts = accounts;
    }

    @Access(authority = Authority.VIEW)
    @Problems(ProblemType.RUN_NOT_ENDED)
    @Operation(
            operationId = "getRunAccount",
            summary = "Read the account of a run that has ended; the newest version unless 'version' names one")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(ref = "#/components/schemas/alloy.run_account.v1")))
    @GetMapping(path = "/api/run-requests/{id}/account", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> account(
            Caller caller,
            @PathVariable String id,
            @Parameter(schema = @Schema(type = "integer", minimum = "0", maximum = "1000000"))
                    @RequestParam(required = false)
                    @Nullable
                    String version) {
        Accounts.Kept kept = accounts.document(
                caller, id, version == null ? null : QueryValue.number("version", version, 0, 0, 1_000_000));
        return Artifact.answer(kept.document(), kept.digest(), MediaType.APPLICATION_JSON);
    }
}
