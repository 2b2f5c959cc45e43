package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.account.AccountDocument;
import dev.alloy.account.AccountInputs;
import dev.alloy.account.Accounting;
import dev.alloy.account.RunAccount;
import dev.alloy.contract.Digest;
import dev.alloy.problem.ProblemType;
import dev.alloy.run.RunCompletion;
import dev.alloy.run.RunEnded;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import dev.alloy.run.Runs;
import dev.alloy.trace.TraceKept;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Stores the accounts of runs: the first in the transaction that ends the run, a new one whenever a later report
 * changes it. Source: witnesses.md, “The account”.
 */
@Service
@Transactional
public class Accounts {

    private final AccountRows rows;
    private final AccountInputReader material;
    private final RunResultRepository results;
    private final Runs runs;
    private final RunCompletion reports;

    Accounts(
            AccountRows rows,
            AccountInputReader material,
            RunResultRepository results,
            Runs runs,
            RunCompletion reports) {
        this.rows = rows;
        this.material = material;
        this.results = results;
        this.runs = runs;
        this.reports = reports;
    }

    /** An account as it is kept. */
    public record Kept(byte[] document, String digest) {}

    /** A run that ended without a result has an account too. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void onEnd(RunEnded ended) {
        if (ended.reported()) {
            return;
        }
        RunRequest run = ended.run();
        RunAccount account = Accounting.of(material.of(run, null), null).as(1);
        String digest = rows.add(run, account);
        if (!account.status().equals(run.status().wireName())) {
            reports.accounted(run, 1, RunStatus.of(account.status()), digest);
        }
    }

    /** A trace may change what can be said of a run that has ended. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void onTrace(TraceKept kept) {
        reconsider(kept.run());
    }

    /** Keeps another version if what is known now makes another account; nothing before the run's end. */
    void reconsider(RunRequest changed) {
        RunRequest run = reports.lock(changed);
        Optional<AccountRows.Row> newest = rows.newest(run);
        if (!run.status().isTerminal() || newest.isEmpty()) {
            return;
        }
        RunAccount earlier = AccountDocument.read(newest.get().document());
        RunAccount now = Accounting.of(material.of(run, result(run)), earlier);
        if (Arrays.equals(
                AccountDocument.bytes(now.as(earlier.version())), newest.get().document())) {
            return;
        }
        RunAccount next = now.as(earlier.version() + 1);
        String digest = rows.add(run, next);
        reports.accounted(run, next.version(), RunStatus.of(next.status()), digest);
    }

    private @Nullable RunResult result(RunRequest run) {
        return results.all(Caller.system(run.organizationId()), Map.of("runRequestId", run.id())).stream()
                .findFirst()
                .orElse(null);
    }

    /**
     * An account of a run within the caller's reach, byte by byte as it was hashed.
     *
     * <p>Refused: {@code not-found} also for a version that is not there, {@code run-not-ended}.
     *
     * @param version null for the newest
     */
    @Transactional(readOnly = true)
    public Kept document(Caller caller, String runId, @Nullable Integer version) {
        RunRequest run = runs.get(caller, runId);
        if (!run.status().isTerminal()) {
            throw ProblemType.RUN_NOT_ENDED
                    .because("The run is " + run.status().wireName() + "; its account is made when it ends.")
                    .with("state", run.status().wireName());
        }
        Optional<AccountRows.Row> row = version == null ? rows.newest(run) : rows.version(run, version);
        if (row.isPresent()) {
            return new Kept(row.get().document(), row.get().digest());
        }
        if (run.accountVersion() != null || version != null && version != 0) {
            throw ProblemType.NOT_FOUND.because("The run has no account of this version.");
        }
        byte[] document = AccountDocument.bytes(before(run));
        return new Kept(document, Digest.of(document));
    }

    private RunAccount before(RunRequest run) {
        AccountInputs now = material.of(run, null);
        return RunAccount.before(run.id(), run.status().wireName(), now.definitions());
    }

    /** What can be said of a run now: the newest account, or of a run that has not ended what is known so far. */
    @Transactional(readOnly = true)
    public RunAccount of(RunRequest run) {
        if (!run.status().isTerminal()) {
            return Accounting.of(material.of(run, null), null);
        }
        return rows.newest(run).map(row -> AccountDocument.read(row.document())).orElseGet(() -> before(run));
    }

    /** The first account of a run: what was judged when it ended; of a run from before accounts, that nothing is known. */
    @Transactional(readOnly = true)
    public RunAccount first(RunRequest run) {
        return rows.version(run, 1)
                .map(row -> AccountDocument.read(row.document()))
                .orElseGet(() -> before(run));
    }

    /** The digest of the newest account of a run that has ended; null for one from before accounts were kept. */
    @Transactional(readOnly = true)
    public @Nullable String digest(RunRequest run) {
        return rows.newest(run).map(AccountRows.Row::digest).orElse(null);
    }

    /** The newest accounts of runs of one organization that have ended, by run id; asks once. Makes none. */
    Map<String, RunAccount> of(String organizationId, Collection<RunRequest> of) {
        Map<String, RunAccount> kept = rows
                .newest(organizationId, of.stream().map(RunRequest::id).toList())
                .stream()
                .map(AccountDocument::read)
                .collect(Collectors.toMap(RunAccount::runRequestId, Function.identity()));
        List<RunRequest> older =
                of.stream().filter(run -> !kept.containsKey(run.id())).toList();
        older.forEach(run ->
                kept.put(run.id(), RunAccount.before(run.id(), run.status().wireName(), List.of())));
        return kept;
    }
}
