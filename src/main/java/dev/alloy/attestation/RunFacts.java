package dev.alloy.attestation;

import dev.alloy.compilation.Brief;
import dev.alloy.outcome.AuditAnswer;
import dev.alloy.outcome.Evidence;
import dev.alloy.outcome.RunResult;
import dev.alloy.run.RunRequest;
import dev.alloy.trace.JudgedTrace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of a run that has ended.
 *
 * @param foundryVersion null where the manifest is not there
 * @param overlayDigests of the gate overlays it was approved with
 * @param result null where none was reported
 */
record RunFacts(
        RunRequest run,
        Brief brief,
        @Nullable String foundryVersion,
        List<String> overlayDigests,
        @Nullable RunResult result,
        List<JudgedTrace> traces,
        Evidence.Answer evidence,
        AuditAnswer.ExactSnapshot exactSnapshot) {}
