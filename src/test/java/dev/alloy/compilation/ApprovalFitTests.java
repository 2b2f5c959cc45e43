package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.util.ReflectionTestUtils;

/** Which approval fits which run. */
class ApprovalFitTests {

    private static final Instant GIVEN = Instant.parse("2026-06-06T12:00:00Z");
    private static final Instant ENDS = GIVEN.plus(Duration.ofDays(7));
    private static final Approvals.Requirement NEED =
            need("brief_1", "sha256:brief", "sha256:pack", ApprovalScope.DRY_RUN, "abc123");

    @Test
    void fitsExactlyWhatItNames() {
        assertThat(fits(approval(ApprovalScope.DRY_RUN, "abc123", DriftPolicy.EXACT), NEED))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, true",
        "PT167H59M59.999999999S, true",
        "PT168H, false",
        "PT168H0.000000001S, false",
        "P365D, false",
    })
    void fitsUntilItExpires(Duration later, boolean fits) {
        Approval approval = approval(ApprovalScope.DRY_RUN, "abc123", DriftPolicy.EXACT);

        assertThat(Approvals.fits(approval, NEED, GIVEN.plus(later))).isEqualTo(fits);
        assertThat(approval.status(GIVEN.plus(later))).isEqualTo(fits ? ApprovalStatus.ACTIVE : ApprovalStatus.EXPIRED);
    }

    @ParameterizedTest
    @CsvSource({
        "brief_2, sha256:brief, sha256:pack",
        "brief_1, sha256:other, sha256:pack",
        "brief_1, sha256:brief, sha256:edited",
    })
    void fitsNoOtherBriefAndNoOtherPack(String briefId, String briefDigest, String packDigest) {
        Approval approval = approval(ApprovalScope.RELEASE, "abc123", DriftPolicy.ANY_RECORDED);

        assertThat(fits(approval, need(briefId, briefDigest, packDigest, ApprovalScope.DRY_RUN, "abc123")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "DRY_RUN, DRY_RUN, true",
        "DRY_RUN, AUDIT_ONLY, false",
        "AUDIT_ONLY, DRY_RUN, true",
        "FULL, COMMIT_PUSH, false",
        "COMMIT_PUSH, FULL, true",
        "COMMIT_PUSH, RELEASE, false",
        "RELEASE, DRY_RUN, true",
    })
    void fitsNoWiderScope(ApprovalScope given, ApprovalScope needed, boolean fits) {
        Approval approval = approval(given, "abc123", DriftPolicy.EXACT);

        assertThat(fits(approval, need("brief_1", "sha256:brief", "sha256:pack", needed, "abc123")))
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({
        "abc123, abc123, true",
        "abc123, abc1234567, true",
        "abc1234567, abc123, true",
        "abc123, abc124, false",
        "abc123, dead456, false",
    })
    void fitsTheApprovedRevisionHoweverItIsShortened(String approved, String requested, boolean fits) {
        var need = need("brief_1", "sha256:brief", "sha256:pack", ApprovalScope.DRY_RUN, requested);

        assertThat(fits(approval(ApprovalScope.DRY_RUN, approved, DriftPolicy.EXACT), need))
                .isEqualTo(fits);
        assertThat(fits(approval(ApprovalScope.DRY_RUN, approved, DriftPolicy.ANY_RECORDED), need))
                .isTrue();
    }

    private static boolean fits(Approval approval, Approvals.Requirement need) {
        return Approvals.fits(approval, need, GIVEN);
    }

    private static Approval approval(ApprovalScope scope, String revision, DriftPolicy drift) {
        var brief = new Brief() {
            @Override
            public String id() {
                return "brief_1";
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
            public String digest() {
                return "sha256:brief";
            }
        };
        var pack = new PromptPack() {
            @Override
            public String id() {
                return "prompt_pack_1";
            }

            @Override
            public String digest() {
                return "sha256:pack";
            }
        };
        var decision = new BriefApprovals.Decision(scope, revision, drift, null, null, null, null);
        return new Approval("appr_1", brief, pack, List.of(), decision, "ann", false, GIVEN, ENDS);
    }

    @Test
    void fitsNoOtherRunOnceItIsBound() {
        Approval approval = bound(approval(ApprovalScope.FULL, "abc123", DriftPolicy.EXACT), "runreq_1");

        assertThat(misfit(approval, of("runreq_1", ApprovalScope.FULL, "alloy/x", "bob")))
                .isEmpty();
        assertThat(misfit(approval, of("runreq_2", ApprovalScope.FULL, "alloy/x", "bob")))
                .contains(ApprovalMismatch.BOUND);
        assertThat(approval.status(GIVEN)).isEqualTo(ApprovalStatus.BOUND);
    }

    @ParameterizedTest
    @CsvSource({"DRY_RUN, ann, true", "AUDIT_ONLY, ann, false", "FULL, ann, false", "FULL, bob, true"})
    void fitsNoRunAboveDryRunOfItsApprover(ApprovalScope needed, String requestedBy, boolean fits) {
        Approval approval = approval(ApprovalScope.RELEASE, "abc123", DriftPolicy.EXACT);

        assertThat(misfit(approval, of("runreq_1", needed, "alloy/x", requestedBy)))
                .isEqualTo(fits ? Optional.empty() : Optional.of(ApprovalMismatch.FOUR_EYES));
    }

    @ParameterizedTest
    @CsvSource({
        "FULL, main, true",
        "COMMIT_PUSH, main, false",
        "COMMIT_PUSH, alloy/x, true",
        "RELEASE, alloyed/x, false",
    })
    void fitsARunThatMayCommitOnAnIsolatedBranchOnly(ApprovalScope needed, String branch, boolean fits) {
        Approval approval = approval(ApprovalScope.RELEASE, "abc123", DriftPolicy.EXACT);

        assertThat(misfit(approval, of("runreq_1", needed, branch, "bob")))
                .isEqualTo(fits ? Optional.empty() : Optional.of(ApprovalMismatch.BRANCH_NOT_ISOLATED));
    }

    @Test
    void fitsARepetitionOnlyWhenItWasGivenAfterIt() {
        Approval approval = approval(ApprovalScope.RELEASE, "abc123", DriftPolicy.EXACT);
        Approvals.Requirement before = of("runreq_1", ApprovalScope.FULL, "alloy/x", "bob");

        assertThat(misfit(approval, after(before, GIVEN))).contains(ApprovalMismatch.GIVEN_BEFORE);
        assertThat(misfit(approval, after(before, GIVEN.minusMillis(1)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"DRY_RUN, true, true", "FULL, true, false", "FULL, false, true"})
    void fitsNoRunAboveDryRunWhenAnAuthorGaveIt(ApprovalScope needed, boolean fourEyes, boolean fits) {
        Approval approval = approval(ApprovalScope.RELEASE, "abc123", DriftPolicy.EXACT);
        ReflectionTestUtils.setField(approval, "byAuthor", true);
        Approvals.Requirement need = new Approvals.Requirement(
                "runreq_1",
                "brief_1",
                "sha256:brief",
                "sha256:pack",
                needed,
                "abc123",
                "alloy/x",
                "bob",
                fourEyes,
                null);

        assertThat(misfit(approval, need)).isEqualTo(fits ? Optional.empty() : Optional.of(ApprovalMismatch.FOUR_EYES));
    }

    private static Optional<ApprovalMismatch> misfit(Approval approval, Approvals.Requirement need) {
        return Approvals.misfit(approval, need, GIVEN);
    }

    private static Approvals.Requirement need(
            String briefId, String briefDigest, String packDigest, ApprovalScope scope, String revision) {
        return new Approvals.Requirement(
                null, briefId, briefDigest, packDigest, scope, revision, "alloy/x", "bob", true, null);
    }

    private static Approvals.Requirement of(String run, ApprovalScope scope, String branch, String requestedBy) {
        return new Approvals.Requirement(
                run, "brief_1", "sha256:brief", "sha256:pack", scope, "abc123", branch, requestedBy, true, null);
    }

    private static Approvals.Requirement after(Approvals.Requirement need, Instant notBefore) {
        return new Approvals.Requirement(
                need.runRequestId(),
                need.formationBriefId(),
                need.briefDigest(),
                need.promptPackDigest(),
                need.scope(),
                need.repoRevision(),
                need.branch(),
                need.requestedBy(),
                need.fourEyes(),
                notBefore);
    }

    private static Approval bound(Approval approval, String run) {
        ReflectionTestUtils.setField(approval, "boundRunRequestId", run);
        return approval;
    }
}
