package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which approval fits which run. */
class ApprovalFitTests {

    private static final Instant GIVEN = Instant.parse("2026-06-06T12:00:00Z");
    private static final Instant ENDS = GIVEN.plus(Duration.ofDays(7));
    private static final Approvals.Need NEED =
            new Approvals.Need("brief_1", "sha256:brief", "sha256:pack", ApprovalScope.DRY_RUN, "abc123");

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
        assertThat(approval.status(GIVEN.plus(later))).isEqualTo(fits ? "active" : "expired");
    }

    @ParameterizedTest
    @CsvSource({
        "brief_2, sha256:brief, sha256:pack",
        "brief_1, sha256:other, sha256:pack",
        "brief_1, sha256:brief, sha256:edited",
    })
    void fitsNoOtherBriefAndNoOtherPack(String briefId, String briefDigest, String packDigest) {
        Approval approval = approval(ApprovalScope.RELEASE, "abc123", DriftPolicy.ANY_RECORDED);

        assertThat(fits(
                        approval,
                        new Approvals.Need(briefId, briefDigest, packDigest, ApprovalScope.DRY_RUN, "abc123")))
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

        assertThat(fits(approval, new Approvals.Need("brief_1", "sha256:brief", "sha256:pack", needed, "abc123")))
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
        var need = new Approvals.Need("brief_1", "sha256:brief", "sha256:pack", ApprovalScope.DRY_RUN, requested);

        assertThat(fits(approval(ApprovalScope.DRY_RUN, approved, DriftPolicy.EXACT), need))
                .isEqualTo(fits);
        assertThat(fits(approval(ApprovalScope.DRY_RUN, approved, DriftPolicy.ANY_RECORDED), need))
                .isTrue();
    }

    private static boolean fits(Approval approval, Approvals.Need need) {
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
        var decision = new Approvals.Decision(scope, revision, drift, null, null, null, null);
        return new Approval("appr_1", brief, pack, List.of(), decision, "ann", GIVEN, ENDS);
    }
}
