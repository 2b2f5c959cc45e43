package dev.alloy.attestation;

import dev.alloy.account.RunAccount;
import dev.alloy.compilation.Brief;
import dev.alloy.outcome.AuditAnswer;
import dev.alloy.outcome.Evidence;
import dev.alloy.run.RunRequest;
import dev.alloy.trace.TraceImport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of a run that has ended.
 *
 * @param foundryVersion null where the manifest is not there
 * @param overlayDigests of the gate overlays it was approved with
 * @param approvalDigest of the statement that was signed when the approval was given; null where none was needed
 * @param account what can be said of it now
 * @param accountDigest of the account's bytes; null for a run that ended before accounts were kept
 * @param traces all that were sent for it
 */
record RunFacts(
        RunRequest run,
        Brief brief,
        @Nullable String foundryVersion,
        List<String> overlayDigests,
        @Nullable String approvalDigest,
        RunAccount account,
        @Nullable String accountDigest,
        List<TraceImport> traces,
        Evidence.Answer evidence,
        AuditAnswer.ExactSnapshot exactSnapshot) {}
