package dev.alloy.limit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of a replica, in Spring's notation, group {@code alloy.limit}. Source: settings.md.
 *
 * @param window in which requests are counted
 * @param tokenRequests how many requests a token may send in a window; as many at once
 * @param organizationRequests how many all tokens of an organization may send together
 * @param addressRequests how many requests without a good credential may come from one address in a window
 * @param strangerRequests how many from all addresses together
 * @param organizationAtOnce how many reports of an organization's runners are received and served at a time, each with a thread; of other
 *     kinds of work half as many, of costly questions an eighth
 * @param tokenAtOnce how many of them may be of one token
 * @param organizationAtWork how many of them, their bodies read, work with the database at a time; 0 for three quarters of its connections
 * @param organizationWaiting how many requests of an organization wait for their turn, of each kind of work
 * @param waiting how many requests of all organizations wait, reports and others counted apart; 0 for as many as a sixteenth of the heap
 *     holds
 * @param longestWait how long one waits before it is refused
 * @param longestReportWait how long a runner's report waits
 * @param lookStatement how long a statement of a question may take in the database
 * @param costlyStatement how long one of a costly question may
 * @param tokenUnsent bytes of answers to one token that wait for being read
 * @param unsent bytes of answers to all
 */
@ConfigurationProperties("alloy.limit")
record LimitSettings(
        @DefaultValue("10s") Duration window,
        @DefaultValue("10000") int tokenRequests,
        @DefaultValue("30000") int organizationRequests,
        @DefaultValue("5000") int addressRequests,
        @DefaultValue("20000") int strangerRequests,
        @DefaultValue("32") int organizationAtOnce,
        @DefaultValue("24") int tokenAtOnce,
        @DefaultValue("0") int organizationAtWork,
        @DefaultValue("1000") int organizationWaiting,
        @DefaultValue("0") int waiting,
        @DefaultValue("2s") Duration longestWait,
        @DefaultValue("20s") Duration longestReportWait,
        @DefaultValue("5s") Duration lookStatement,
        @DefaultValue("15s") Duration costlyStatement,
        @DefaultValue("16MB") DataSize tokenUnsent,
        @DefaultValue("64MB") DataSize unsent) {

    /** What a replica forgets about who was silent for so long was full again anyway. */
    static final Duration LONGEST_WINDOW = Duration.ofMinutes(10);

    /** What the container and we keep of a request that waits. */
    private static final long BYTES_OF_A_REQUEST = 48 * 1024;

    private static final int PART_OF_THE_HEAP = 16;

    /** How many requests may wait, of all organizations; as many again for reports. */
    int seats() {
        return waiting > 0
                ? waiting
                : (int) Math.min(
                        Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / PART_OF_THE_HEAP / BYTES_OF_A_REQUEST);
    }

    /** How long work of a kind may wait before it begins. */
    Duration longestWait(WorkKind work) {
        return work == WorkKind.REPORT ? longestReportWait : longestWait;
    }

    /** How long a statement of a kind of work may take; null for as long as it needs. */
    @Nullable
    Duration longestStatement(WorkKind work) {
        return switch (work) {
            case LOOK -> lookStatement;
            case COSTLY -> costlyStatement;
            case REPORT, DECISION, POLL -> null;
        };
    }

    /** How many requests of an organization work at a time, with a pool of this size. */
    int atWork(int connections) {
        return organizationAtWork > 0 ? organizationAtWork : Math.max(1, connections * 3 / 4);
    }
}
