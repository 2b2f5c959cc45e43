package dev.alloy.run;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Intervals of dispatch, in Spring's notation, group {@code alloy.run}. Source: settings.md.
 *
 * @param offerTtl how long an offer is reserved for its runner
 * @param leaseTtl how long a lease holds without a heartbeat
 * @param heartbeat how often a runner should send one
 * @param selfAbort after how long without an answered heartbeat a runner should stop what it can
 * @param sweepInterval how often waiting polls look at the queue even when nothing woke them, and how often it is looked for
 *     offers, leases and waits that are over
 * @param maxAttempts how often a run is accepted before it has failed
 * @param maxOffers how many offers in a row stay without an answer before a run is parked
 * @param queueTtl how long a run waits for a runner before it has failed
 * @param maxWaitingPolls how many polls wait on one replica at most; 0 for as many as half of the heap holds, but no more than
 *     20,000
 * @param maxStreams how many streams of events one replica keeps open at most, those of open pages among them
 */
@ConfigurationProperties("alloy.run")
public record RunSettings(
        @DefaultValue("30s") Duration offerTtl,
        @DefaultValue("90s") Duration leaseTtl,
        @DefaultValue("25s") Duration heartbeat,
        @DefaultValue("60s") Duration selfAbort,
        @DefaultValue("5s") Duration sweepInterval,
        @DefaultValue("3") int maxAttempts,
        @DefaultValue("3") int maxOffers,
        @DefaultValue("24h") Duration queueTtl,
        @DefaultValue("0") int maxWaitingPolls,
        @DefaultValue("1000") int maxStreams) {

    /** What a waiting request takes of the heap, measured: Tomcat keeps its connection's buffers as long as it waits. */
    private static final long BYTES_A_POLL = 48 * 1024L;

    private static final int MOST_POLLS = 20_000;

    /** Fills in what fits this machine. What each may hold is checked before, see the module {@code settings}. */
    public RunSettings {
        if (maxWaitingPolls == 0) {
            long fitting = Runtime.getRuntime().maxMemory() / 2 / BYTES_A_POLL;
            maxWaitingPolls = (int) Math.min(MOST_POLLS, fitting);
        }
    }
}
