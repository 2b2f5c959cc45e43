package dev.alloy.run.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.TargetEvaluation;
import dev.alloy.compilation.TargetStanding;
import dev.alloy.compiler.TargetDifference;
import dev.alloy.run.DispatchExplanation;
import dev.alloy.run.DispatchReason;
import dev.alloy.run.Explanations;
import dev.alloy.run.RunStatus;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Why is my run not running? */
@Tag(name = "Runs")
@RestController
class ExplanationController {

    private final Explanations explanations;

    ExplanationController(Explanations explanations) {
        this.explanations = explanations;
    }

    @Schema(name = "DispatchReason")
    record ReasonResponse(String code, String detail, String remedy) {

        static ReasonResponse of(DispatchReason reason) {
            return new ReasonResponse(reason.code(), reason.detail(), reason.remedy());
        }
    }

    @Schema(name = "DispatchRunner")
    record RunnerResponse(String runnerId, String name, boolean eligible, List<ReasonResponse> reasons) {}

    @Schema(name = "DispatchTargetDifference")
    record DifferenceResponse(
            String feature,
            String wanted,
            @Nullable String pinned,
            @Nullable String now,
            String because) {

        static DifferenceResponse of(TargetDifference row) {
            return new DifferenceResponse(row.feature(), row.wanted(), row.pinned(), row.now(), row.because());
        }
    }

    @Schema(name = "DispatchTarget")
    record TargetResponse(TargetStanding status, String because, List<DifferenceResponse> differences) {

        static @Nullable TargetResponse of(@Nullable TargetEvaluation target) {
            return target == null
                    ? null
                    : new TargetResponse(
                            target.standing(),
                            target.because(),
                            target.differences().stream()
                                    .map(DifferenceResponse::of)
                                    .toList());
        }
    }

    record DispatchExplanationResponse(
            RunStatus state,
            Instant since,
            String summary,
            List<ReasonResponse> blockers,
            @Nullable TargetResponse target,
            List<RunnerResponse> runners) {

        static DispatchExplanationResponse of(DispatchExplanation explanation) {
            return new DispatchExplanationResponse(
                    explanation.state(),
                    explanation.since(),
                    explanation.summary(),
                    explanation.blockers().stream().map(ReasonResponse::of).toList(),
                    TargetResponse.of(explanation.target()),
                    explanation.runners().stream()
                            .map(view -> new RunnerResponse(
                                    view.runnerId(),
                                    view.name(),
                                    view.eligible(),
                                    view.reasons().stream()
                                            .map(ReasonResponse::of)
                                            .toList()))
                            .toList());
        }
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "explainDispatch", summary = "Explain the state of a run, and what would change it")
    @GetMapping("/api/run-requests/{id}/dispatch-explanation")
    DispatchExplanationResponse explain(Caller caller, @PathVariable String id) {
        return DispatchExplanationResponse.of(explanations.explain(caller, id));
    }
}
