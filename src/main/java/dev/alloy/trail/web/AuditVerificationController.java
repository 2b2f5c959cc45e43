package dev.alloy.trail.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.trail.AuditVerification;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether the audit log is what was sealed. */
@Tag(name = "Audit")
@RestController
class AuditVerificationController {

    private final AuditVerification verification;

    AuditVerificationController(AuditVerification verification) {
        this.verification = verification;
    }

    record VerificationResponse(
            boolean valid,
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
    VerificationResponse verify(Caller caller) {
        return VerificationResponse.of(verification.verify(caller));
    }
}
