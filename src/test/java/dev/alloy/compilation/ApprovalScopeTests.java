package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.access.Authority;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ApprovalScopeTests {

    @ParameterizedTest
    @CsvSource({
        "greet_requested, DRY_RUN, AUDIT_ONLY, FULL",
        "validation_requested, DRY_RUN, AUDIT_ONLY, FULL",
        "drift_assessment_requested, DRY_RUN, AUDIT_ONLY, FULL",
        "iteration_requested, DRY_RUN, AUDIT_ONLY, COMMIT_PUSH",
        "prompt_execution_requested, DRY_RUN, AUDIT_ONLY, COMMIT_PUSH",
        "execution_requested, DRY_RUN, AUDIT_ONLY, COMMIT_PUSH",
        "maintenance_requested, DRY_RUN, AUDIT_ONLY, COMMIT_PUSH",
        "maintenance_run_started, DRY_RUN, AUDIT_ONLY, COMMIT_PUSH",
        "pipeline_check_requested, DRY_RUN, AUDIT_ONLY, COMMIT_PUSH",
        "an_event_of_tomorrow, DRY_RUN, AUDIT_ONLY, COMMIT_PUSH",
        "vulnerability_detected, DRY_RUN, AUDIT_ONLY, RELEASE",
        "scan_requested, DRY_RUN, AUDIT_ONLY, RELEASE",
        "release_requested, RELEASE, RELEASE, RELEASE",
    })
    void isWhatTheEventCanDoAtTheThrottle(
            String event, ApprovalScope dryRun, ApprovalScope auditOnly, ApprovalScope full) {
        assertThat(ApprovalScope.neededFor(event, "dry_run")).isEqualTo(dryRun);
        assertThat(ApprovalScope.neededFor(event, "audit_only")).isEqualTo(auditOnly);
        assertThat(ApprovalScope.neededFor(event, "full")).isEqualTo(full);
        assertThat(ApprovalScope.neededFor(event, "a_throttle_of_tomorrow")).isEqualTo(full);
    }

    @ParameterizedTest
    @EnumSource(ApprovalScope.class)
    void includesItselfAndThoseBefore(ApprovalScope scope) {
        List<ApprovalScope> ascending = List.of(
                ApprovalScope.DRY_RUN,
                ApprovalScope.AUDIT_ONLY,
                ApprovalScope.FULL,
                ApprovalScope.COMMIT_PUSH,
                ApprovalScope.RELEASE);

        assertThat(ascending.stream().filter(scope::includes))
                .containsExactlyElementsOf(ascending.subList(0, ascending.indexOf(scope) + 1));
    }

    @ParameterizedTest
    @CsvSource({
        "DRY_RUN, APPROVE_DRY_RUN",
        "AUDIT_ONLY, APPROVE_MUTATION",
        "FULL, APPROVE_MUTATION",
        "COMMIT_PUSH, APPROVE_COMMIT_PUSH",
        "RELEASE, APPROVE_RELEASE",
    })
    void takesItsAuthority(ApprovalScope scope, Authority authority) {
        assertThat(scope.authority()).isEqualTo(authority);
    }
}
