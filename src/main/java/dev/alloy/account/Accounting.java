package dev.alloy.account;

import dev.alloy.account.Contradictions.OfRun;
import dev.alloy.account.RunAccount.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** Makes the account of a run from all that was said of it. Pure: the same material makes the same account. Source: witnesses.md. */
public final class Accounting {

    /** Clocks differ by some. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String CONFLICT =
            "Another report on this run differs from its result in status, revisions, gates or changes; see its late reports.";

    private final AccountInputs material;
    private final List<TracedRun> traces;
    private final WorkingCopyFacts copy;
    private final GateReports gates;
    private final FatalBlocks blocks;
    private final Contradictions contradictions;
    private final List<SnapshotCheck> checks;
    private final boolean simulated;
    private final boolean fileChanged;

    private Accounting(AccountInputs material) {
        AccountInputs.Reported reported = material.result();
        String entryEvent = material.approved().entryEvent();
        this.material = material;
        this.simulated = reported != null && reported.result().isSimulated();
        this.traces = material.traces().stream()
                .filter(trace -> trace.mismatches().isEmpty())
                .map(trace -> new TracedRun(trace, entryEvent))
                .toList();
        this.copy = WorkingCopyFacts.of(reported);
        this.gates = new GateReports(material, traces);
        this.blocks =
                FatalBlocks.of(traces, gates, reported == null ? Optional.empty() : Optional.of(reported.result()));
        this.contradictions = Contradictions.of(material, copy, traces);
        this.checks = reported == null ? List.of() : SnapshotCheck.of(material.approved(), reported.result());
        this.fileChanged = GateFindings.isFileChanged(reported);
    }

    /**
     * The account of a run; version 0, since only keeping it makes it a version.
     *
     * @param earlier the version before; null for none. No later word lifts its status
     */
    public static RunAccount of(AccountInputs material, @Nullable RunAccount earlier) {
        return new Accounting(material).account(earlier);
    }

    private RunAccount account(@Nullable RunAccount earlier) {
        List<RunFinding> findings = findings();
        ResultJudgement judged = ResultJudgement.of(material, checks, contradictions, blocks, gates, simulated)
                .with(findings);
        ResultJudgement kept = earlier == null
                ? judged
                : ResultJudgement.worse(new ResultJudgement(earlier.status(), earlier.cause()), judged);
        String doubt = doubt();
        List<EvidenceStanding> items =
                new EvidenceStatusRule(material, traces, gates, doubt, simulated, fileChanged).all();
        return new RunAccount(
                material.run().id(),
                0,
                RunAccount.RULES,
                kept.status(),
                kept.cause(),
                Derived.of(copy, traces, gates, blocks, simulated, doubt != null || fileChanged)
                        .unless(contradiction(Set.of("wrong-working-copy")).isPresent()),
                simulated,
                facts(kept.status(), doubt),
                lines(doubt),
                List.copyOf(blocks.blocks()),
                blocks.others().stream()
                        .map(one -> one.block() + (one.message().isEmpty() ? "" : ": " + one.message()))
                        .toList(),
                findings,
                items,
                verdict());
    }

    private List<Fact> facts(String status, @Nullable String doubt) {
        List<Fact> facts = new ArrayList<>(Facts.of(material, copy, traces, completedAt()));
        AccountInputs.Reported reported = material.result();
        boolean done =
                Set.of(ResultJudgement.COMPLETED, ResultJudgement.WITH_FINDINGS).contains(status);
        var yes = JsonNodeFactory.instance.booleanNode(true);
        if (material.run().cancelRequested() && done && reported != null) {
            facts.add(Facts.concluded(Facts.CANCELLED_TOO_LATE, yes, reported.witness()));
        }
        if (!done && Boolean.TRUE.equals(copy.headMoved())) {
            facts.add(Facts.concluded(
                    Facts.BRANCH_KEPT,
                    JsonNodeFactory.instance.stringNode(
                            copy.observed().branchAfter() == null
                                    ? material.run().branch()
                                    : copy.observed().branchAfter()),
                    copy.readBy()));
        }
        if (doubt == null && !simulated && reported != null) {
            new RunCommits(material, copy, traces, gates.anyRan()).facts().forEach(facts::add);
        }
        return facts;
    }

    /** Why nothing automated stands; null where nothing speaks against it. */
    private @Nullable String doubt() {
        if (checks.stream().anyMatch(check -> !check.passed())) {
            return "The reported run is not the one that was requested and approved.";
        }
        if (!contradictions.ofRun().isEmpty()) {
            return contradictions.ofRun().get(0).finding().message();
        }
        return blocks.fatal()
                .map(block -> "The block " + block.block() + " failed, so nothing after it can be relied on.")
                .orElse(null);
    }

    private List<RunFinding> findings() {
        List<RunFinding> findings = new ArrayList<>();
        if (simulated) {
            findings.add(
                    RunFinding.execution("simulated", "The run was simulated: nothing ran, and nothing is proved."));
        }
        AccountInputs.Reported reported = material.result();
        boolean claimsDone = reported != null
                && !Set.of(ResultJudgement.FAILED, ResultJudgement.CANCELLED)
                        .contains(reported.result().text("status"));
        boolean reachedItsGates = claimsDone && !simulated && blocks.fatal().isEmpty();
        findings.addAll(GateFindings.of(material, gates, reachedItsGates));
        contradictions.ofRun().stream().map(OfRun::finding).forEach(findings::add);
        findings.addAll(contradictions.findings());
        if (traces.stream().anyMatch(TracedRun::isCut)) {
            findings.add(RunFinding.execution(
                    "trace-cut",
                    "The trace of the deciding gates is incomplete or contradicts itself; it proves no gate."));
        }
        if (!material.conflicts().isEmpty()) {
            findings.add(RunFinding.safety("conflicting-reports", CONFLICT));
        }
        if (reported != null) {
            informational(reported, findings);
        }
        return List.copyOf(findings);
    }

    private void informational(AccountInputs.Reported reported, List<RunFinding> findings) {
        ReportedResult result = reported.result();
        if (completedAt() == null) {
            findings.add(RunFinding.informational(
                    "implausible-time",
                    "The result says that the run ended at " + result.text("completed_at")
                            + "; the time of its receipt is used in its place."));
        }
        result.member("evidence_observations")
                .valueStream()
                .map(observation -> observation.path("observed_at").asString(""))
                .filter(told -> !told.isEmpty()
                        && !isPlausible(ReportedResult.instant(told).orElse(null), reported))
                .findFirst()
                .ifPresent(told -> findings.add(RunFinding.informational(
                        "implausible-time",
                        "An observation in the result says that it was made at " + told
                                + "; the time of its receipt is used in its place.")));
        String traceId = result.optional("trace_id");
        if (traceId != null && !traceId.equals(material.run().traceId())) {
            findings.add(RunFinding.informational(
                    "foreign-trace-id",
                    "The result names the trace id " + traceId
                            + ", which is not that of its attempt; no trace is linked by it."));
        }
    }

    /** When the run ended, as the result tells it; null where that cannot be. */
    private @Nullable Instant completedAt() {
        AccountInputs.Reported reported = material.result();
        Instant told = reported == null ? null : reported.result().completedAt().orElse(null);
        return reported != null && isPlausible(told, reported) ? told : null;
    }

    private boolean isPlausible(@Nullable Instant told, AccountInputs.Reported reported) {
        Instant started = material.run().startedAt();
        return isPlausible(told, started, reported.receivedAt());
    }

    /** Whether something in a result can have happened at this time: from the run's start to the result's receipt, give or take 5 minutes. */
    public static boolean isPlausible(@Nullable Instant told, @Nullable Instant started, Instant received) {
        return told != null
                && !told.isAfter(received.plus(TOLERANCE))
                && (started == null || !told.isBefore(started.minus(TOLERANCE)));
    }

    private List<GateLine> lines(@Nullable String doubt) {
        return gates.all().stream().map(gate -> line(gate, doubt)).toList();
    }

    private GateLine line(GateStanding gate, @Nullable String doubt) {
        String status =
                switch (gate.standing()) {
                    case PASSED -> EvidenceStanding.PASSING;
                    case FAILED -> EvidenceStanding.FAILING;
                    case COMMAND_CHANGED, UNPROVEN -> EvidenceStanding.UNKNOWN;
                    case SKIPPED, MISSING -> "missing";
                };
        boolean weakened = fileChanged && gate.passed() && !gate.seenInTrace();
        Optional<String> why = whyUnknown(gate, doubt, weakened);
        boolean unknown = why.isPresent() && !status.equals("missing");
        String shown = unknown ? EvidenceStanding.UNKNOWN : status;
        boolean onlyWeakened =
                weakened && doubt == null && !simulated && material.conflicts().isEmpty();
        return new GateLine(
                gate.name(),
                gate.phase(),
                shown,
                shown.equals(EvidenceStanding.PASSING)
                        ? "passed"
                        : gate.approved() && gate.required() && !onlyWeakened ? "failed" : "warned",
                gate.required(),
                gate.approved(),
                gate.ran() && !simulated,
                gate.exitCode(),
                gate.witness(),
                unknown ? why.get() : gate.because());
    }

    private Optional<String> whyUnknown(GateStanding gate, @Nullable String doubt, boolean weakened) {
        if (simulated) {
            return Optional.of("The run was simulated: nothing ran.");
        }
        if (doubt != null) {
            return Optional.of(doubt);
        }
        if (weakened) {
            return Optional.of("The gate file changed during the run, and no trace shows the approved command.");
        }
        return !material.conflicts().isEmpty() && gate.passed() ? Optional.of(CONFLICT) : Optional.empty();
    }

    private Verdict verdict() {
        AccountInputs.Reported reported = material.result();
        List<SnapshotCheck> compared = new ArrayList<>(checks);
        String started = material.run().startedRevision();
        Cause cause = material.run().cause();
        if (reported == null && cause != null && cause.code().equals("revision-mismatch")) {
            compared.add(new SnapshotCheck(
                    "repo_revision_before", material.approved().revision(), started, false));
        }
        boolean refuted = compared.stream().anyMatch(check -> !check.passed());
        if (reported != null && !material.conflicts().isEmpty()) {
            compared.add(new SnapshotCheck("words_agree", reported.digest(), null, false));
        }
        if (refuted) {
            return new Verdict("refuted", "A check failed.", compared);
        }
        Optional<String> mismatch = contradiction(Set.of("trace-mismatch"));
        return mismatch.map(because -> new Verdict("refuted", because, compared))
                .orElseGet(() -> whyNotReconstructable(reported)
                        .map(because -> new Verdict("not_reconstructable", because, compared))
                        .orElseGet(() -> new Verdict("proven", "Every check passed.", compared)));
    }

    private Optional<String> contradiction(Set<String> codes) {
        return contradictions.ofRun().stream()
                .map(OfRun::finding)
                .filter(finding -> codes.contains(finding.code()))
                .map(RunFinding::message)
                .findFirst();
    }

    private Optional<String> whyNotReconstructable(AccountInputs.@Nullable Reported reported) {
        if (reported == null) {
            return Optional.of("No result has been reported.");
        }
        if (simulated) {
            return Optional.of("The run was simulated: nothing ran.");
        }
        if (copy.before() == null) {
            return Optional.of("No witness read the revision of the working copy.");
        }
        if (!material.conflicts().isEmpty()) {
            return Optional.of(CONFLICT);
        }
        return contradiction(Set.of("wrong-working-copy", "revision-differs"))
                .or(() -> blocks.fatal().isPresent() && blocks.nothingExecuted()
                        ? Optional.of("Foundry executed no block.")
                        : Optional.empty());
    }
}
