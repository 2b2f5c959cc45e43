package dev.alloy.trail.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.http.QueryValue;
import dev.alloy.trail.AuditVerification;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Whether the audit log is what was sealed. */
@Tag(name = "Audit")
@RestController
class AuditVerificationController {

    private final AuditVerification verification;

    AuditVerificationController(AuditVerification verification) {
        this.verification = verification;
    }

    private static final int MOST_BATCHES = 1_000_000;

    record VerificationResponse(
            boolean valid,
            boolean complete,
            long events,
            @Nullable String sealedThrough,
            AuditVerification.@Nullable FirstBroken firstBroken,
            List<AuditVerification.Chain> chains) {

        static VerificationResponse of(List<AuditVerification.Chain> chains) {
            AuditVerification.FirstBroken broken = chains.stream()
                    .map(AuditVerification.Chain::firstBroken)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            String through = chains.stream()
                    .map(AuditVerification.Chain::sealedThrough)
                    .filter(Objects::nonNull)
                    .max((one, other) -> Long.compare(Long.parseLong(one), Long.parseLong(other)))
                    .orElse(null);
            return new VerificationResponse(
                    broken == null,
                    chains.stream().allMatch(AuditVerification.Chain::complete),
                    chains.stream().mapToLong(AuditVerification.Chain::events).sum(),
                    through,
                    broken,
                    chains);
        }
    }

    @Access(authority = Authority.VIEW)
    @Operation(
            operationId = "verifyAuditLog",
            summary = "Verify the audit log against its signed batches, and name the first row that does not fit")
    @GetMapping("/api/audit-verification")
    VerificationResponse verify(
            Caller caller,
            @RequestParam(name = "checkpoint", required = false) @Nullable String checkpoint,
            @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "1000000"))
                    @RequestParam(name = "batches", required = false)
                    @Nullable
                    String batches) {
        int most = QueryValue.number("batches", batches, Integer.MAX_VALUE, 1, MOST_BATCHES);
        return VerificationResponse.of(verification.verify(caller, checkpoint, most));
    }
}
