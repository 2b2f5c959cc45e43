package dev.alloy.contract.foundry;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gathers the blocks of a trace that failed, and tells which of them the run cannot have done without. A mutator's failure is made good only by
 * a later retry and the verification that passed behind it, a commit's by nothing; an observer's where another block of the same event
 * emitted something. However many fail, what decides is kept. Source: witnesses.md, rule 3.
 */
final class FailedBlocks {

    private static final int MOST = 40;
    private static final int NAME = 199;
    private static final int MESSAGE = 1_000;
    private static final String COMMIT = "Commit and Push";
    private static final String RETRY = "Retry Execution";

    private record Failed(
            String name,
            String message,
            boolean mutating,
            long trigger,
            @Nullable Boolean emitted,
            int place) {

        static Failed of(TraceFacts.Block block, int place) {
            String trigger = block.trigger();
            return new Failed(
                    Redaction.text(block.name(), NAME),
                    Redaction.text(block.summary(), MESSAGE),
                    // What nobody knows may change anything.
                    FoundryBlocks.isMutator(block.name()) || FoundryBlocks.isUnknown(block.name()),
                    trigger == null ? 0 : hash(trigger),
                    block.emitted(),
                    place);
        }
    }

    private final List<Failed> failed = new ArrayList<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Hashes wentOn = new Hashes();
    private final Hashes unlisted = new Hashes();
    private @Nullable Failed commit;
    private @Nullable Failed lastMutator;
    private @Nullable Failed firstUnlisted;
    private int seen;
    private int lastRetry = -1;

    void see(TraceFacts.Block block) {
        int place = seen++;
        String trigger = block.trigger();
        if (Boolean.TRUE.equals(block.emitted()) && trigger != null) {
            wentOn.add(hash(trigger));
        }
        if (!block.success() && !block.isVerdict()) {
            add(Failed.of(block, place));
        } else if (block.name().equals(RETRY)
                && FoundryBlocks.fate(block.success(), block.summary()) == FoundryBlocks.Fate.EXECUTED) {
            lastRetry = place;
        }
    }

    private void add(Failed one) {
        if (names.size() < MOST) {
            names.add(one.name());
        }
        if (failed.size() < MOST) {
            failed.add(one);
        } else if (one.mutating()) {
            lastMutator = one;
            commit = commit == null && one.name().equals(COMMIT) ? one : commit;
        } else if (Boolean.FALSE.equals(one.emitted())) {
            firstUnlisted = firstUnlisted == null ? one : firstUnlisted;
            unlisted.add(one.trigger());
        }
    }

    Set<String> names() {
        return names;
    }

    /**
     * Each failure as {@code {block, message, fatal}}; {@code fatal} is left out where the form of the trace does not tell.
     *
     * @param verified whether the last verification passed
     */
    List<ObjectNode> errors(boolean verified) {
        List<ObjectNode> errors = new ArrayList<>();
        failed.forEach(one -> errors.add(error(one, isFatal(one, verified))));
        for (Failed one : new Failed[] {commit, lastMutator}) {
            if (one != null) {
                names.add(one.name());
                errors.add(error(one, isFatal(one, verified)));
            }
        }
        if (firstUnlisted != null && !wentOn.containsAll(unlisted)) {
            names.add(firstUnlisted.name());
            errors.add(error(firstUnlisted, true));
        }
        return errors;
    }

    private static ObjectNode error(Failed one, @Nullable Boolean fatal) {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("block", one.name()).put("message", one.message());
        if (fatal != null) {
            error.put("fatal", fatal);
        }
        return error;
    }

    private @Nullable Boolean isFatal(Failed one, boolean verified) {
        if (one.emitted() == null) {
            return null;
        }
        return one.mutating()
                ? one.name().equals(COMMIT) || !(verified && lastRetry > one.place())
                : !one.emitted() && !wentOn.contains(one.trigger());
    }

    private static long hash(String id) {
        long hash = 1125899906842597L;
        for (int i = 0; i < id.length(); i++) {
            hash = 31 * hash + id.charAt(i);
        }
        return hash;
    }
}
